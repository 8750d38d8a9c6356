using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Passes a connection on to another server, and everything in both directions: bytes, the end of each direction, failures.
/// Neither peer is read faster than the other one reads. In the configuration its options, those of <see cref="RelayOptions"/>, are
/// <c>connect</c>, one end point or several; <c>tap</c>; and <c>proxy-protocol</c>: <c>none</c>, <c>v1</c> or <c>v2</c>. How it
/// connects is said by <c>akka.reactor.client</c>.
/// </summary>
/// <remarks>
/// The tap logs a line for each piece that is read, with its first 2,048 bytes, and never holds back what passes. No more than
/// 4,096 lines of an actor system's relays wait for its loggers, whichever these are; a line waits until it has been
/// formatted as often as there are <c>akka.loggers</c>. What comes meanwhile is left out, until all that waited have been read; then a line
/// says how many.
/// </remarks>
public sealed class RelayProtocol : RelayLeg, IConfigured<Props>
{
    private readonly RelayOptions _options;
    private readonly Queue<string> _endPoints;

    /// <param name="options">Where to, and how.</param>
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

    // What comes of the peer is kept until there is somebody to pass it on to, within bounds; its end comes behind that.
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
