using System;
using Akka.Dispatch;

namespace Akka.Reactor.EventLoop;

/// <summary>An action that a loop can run.</summary>
internal sealed class ActionRun(Action action) : IRunnable
{
    public void Run() => action();

    public void Execute() => action();
}
