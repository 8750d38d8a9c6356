namespace Akka.Reactor.Transports;

/// <summary>A layer that may still hold accepted commands in its mailbox when its stack comes down.</summary>
internal interface IPendingCommands
{
    /// <summary>
    /// Carries out the accepted commands, first in the layer above and then in this layer. Leaves all other messages as they were,
    /// because the layer may live on. Does nothing on a thread other than that of the layer's loop.
    /// </summary>
    void CarryOutPending();

    /// <summary>True once the layer has its connection: from then on it reports the end. Can be read on any thread.</summary>
    bool HasBegun { get; }
}
