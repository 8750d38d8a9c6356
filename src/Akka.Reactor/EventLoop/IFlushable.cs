namespace Akka.Reactor.EventLoop;

/// <summary>Something with output to send at the end of the turn.</summary>
internal interface IFlushable
{
    /// <summary>Sends what waits. Called on the loop, once per <see cref="ReactorLoop.FlushLater"/>.</summary>
    void Flush();
}
