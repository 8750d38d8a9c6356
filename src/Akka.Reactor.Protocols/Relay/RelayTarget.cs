using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>The outgoing connection of a relay.</summary>
internal sealed class RelayTarget : RelayLeg
{
    private readonly IActorRef _incoming;
    private readonly IActorRef _transport;
    private readonly ConnectionOptions _options;

    /// <param name="incoming">The other leg.</param>
    /// <param name="transport">The transport of the other leg.</param>
    /// <param name="options">The connection options of the other leg, which hold its bounds.</param>
    /// <param name="taps">Whether the received bytes are logged.</param>
    public RelayTarget(IActorRef incoming, IActorRef transport, ConnectionOptions options, bool taps)
        : base(taps)
    {
        _incoming = incoming;
        _transport = transport;
        _options = options;
    }

    /// <inheritdoc/>
    protected override void OnConnected() => Join(_incoming, _transport, _options);
}
