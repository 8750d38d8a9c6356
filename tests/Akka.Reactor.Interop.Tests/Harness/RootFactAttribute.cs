using System;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A <see cref="PeerFactAttribute"/> that changes this machine's network for a moment, as only root may.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute(params string[] programs) =>
        Skip = Environment.IsPrivilegedProcess ? PeerFactAttribute.WhySkipped(programs) : "not root";
}
