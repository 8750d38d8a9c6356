using System;
using System.Collections.Generic;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>Notes the loops that want to run, and leaves their turns to the test.</summary>
internal sealed class ManualRunner : ILoopRunner
{
    internal List<ReactorLoop> Started { get; } = [];

    public void Start(ReactorLoop loop) => Started.Add(loop);

    public void Offload(Action work) => work();
}

/// <summary>The wake signal of a loop that a test gives its turns.</summary>
internal sealed class CountingWake : IWakeSignal
{
    public nint Descriptor => 0;

    internal int Sets { get; private set; }

    internal bool IsSet { get; private set; }

    public void Set()
    {
        Sets++;
        IsSet = true;
    }

    public void Clear() => IsSet = false;

    // A driven loop has no thread to wait with.
    public void Wait(int timeoutMilliseconds) => Assert.Equal(0, timeoutMilliseconds);

    public void Dispose() { }
}
