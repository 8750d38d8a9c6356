namespace Akka.Reactor.EventLoop;

/// <summary>An object with output to send at the end of the turn.</summary>
internal interface IFlushable
{
    /// <summary>Sends the waiting output. Called on the loop, once per <see cref="ReactorLoop.FlushLater"/>.</summary>
    void Flush();
}
