namespace Akka.Reactor.Transports;

/// <summary>A layer that may still hold accepted commands in its mailbox when its stack comes down.</summary>
internal interface IPendingCommands
{
    /// <summary>
    /// Carries out what was accepted, first in the layer above and then in this one; everything else is left as it was, since
    /// the layer may live on. Does nothing on another thread than the layer's loop.
    /// </summary>
    void CarryOutPending();
}
