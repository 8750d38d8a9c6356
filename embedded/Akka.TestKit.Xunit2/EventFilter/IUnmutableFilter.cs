using System;

namespace Akka.TestKit;

/// <summary>A muting that lasts until it is ended.</summary>
public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
