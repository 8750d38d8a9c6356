using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Relays a connection to another server: the bytes of both directions, the end of each direction, and failures. Neither peer
/// is read faster than the other one reads. In the configuration its options, which are those of <see cref="RelayOptions"/>,
/// are <c>connect</c>, one end point or several; <c>tap</c>; and <c>proxy-protocol</c>: <c>none</c>, <c>v1</c> or <c>v2</c>.
/// The settings in <c>akka.reactor.client</c> apply to the connection to the server.
/// </summary>
/// <remarks>
/// The tap logs one line, with the first 2,048 bytes, for each piece that is read. It never slows down the relay. At most 4,096
/// lines from all relays of an actor system wait for the loggers, whichever these are. A line waits until it has been formatted
/// once for each entry of <c>akka.loggers</c>. When 4,096 lines wait, further lines are left out until all waiting lines have
/// been read; then one line reports the number of lines that were left out.
/// </remarks>
public sealed class RelayProtocol : RelayLeg, IConfigured<Props>
{
    private readonly RelayOptions _options;
    private readonly Queue<string> _endPoints;

    /// <param name="options">The end points to connect to, and the other options.</param>
    public RelayProtocol(RelayOptions options)
        : base(options.Tap)
    {
        _options = options;
        _endPoints = new Queue<string>(options.EndPoints);
    }

    /// <inheritdoc/>
    public static Props FromConfiguration(SettingsReader options, ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(options);
        RelayOptions relay = new(options.ConnectEndPoints("connect"))
        {
            Tap = options.Flag("tap", fallback: false),
            ProxyProtocol = options.Choice("proxy-protocol", "none", ["none", "v1", "v2"]) switch
            {
                "v1" => ProxyProtocolVersion.V1,
                "v2" => ProxyProtocolVersion.V2,
                _ => null,
            },
        };
        return Props.Create<RelayProtocol>(relay);
    }

    /// <inheritdoc/>
    protected override void OnConnected() => Dial();

    /// <inheritdoc/>
    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case ConnectionMade made:
                Join(made.Protocol, made.Connection.Transport, made.Connection.Options);
                ResumeReading();
                break;
            case ConnectFailed failed when _endPoints.Count > 0:
                Log.Warning("{0}: {1}", Connection.Remote, failed.Cause.Message);
                Dial();
                break;
            case ConnectFailed failed:
                Abort(failed.Cause);
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    // Until the outgoing connection exists, bytes from the peer are kept, within the bounds of the connection. The end of the
    // peer is reported after these bytes.
    private void Dial()
    {
        SuspendReading(readAhead: true);
        ReactorExtension reactor = Context.System.Reactor();
        reactor.Manager.Tell(
            new Connect(
                _endPoints.Dequeue(),
                Props.Create<RelayTarget>(Self, Transport, Connection.Options, _options.Tap),
                reactor.ConnectDefaults with
                {
                    LoopOf = Connection,
                    Layers = _options.ProxyProtocol is { } version ? [HeaderOf(version, Connection)] : [],
                }
            ),
            Self
        );
    }

    private static Layer HeaderOf(ProxyProtocolVersion version, Connected incoming) =>
        ProxyProtocol.SenderLayer(
            new ProxyProtocolOptions(version) { Addresses = _ => new ProxyAddresses(incoming.Remote, incoming.Local) }
        );
}
