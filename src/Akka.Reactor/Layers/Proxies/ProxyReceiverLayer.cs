using System.Buffers;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The PROXY header of a listener's connection as a layer: a thin actor around a <see cref="ProxyHeaderReader"/>, with a deadline
/// for the header. The actors above begin when the header is read.
/// </summary>
internal sealed class ProxyReceiverLayer(IActorRef lower, ProxyReceiverOptions options) : HandshakeLayer(lower)
{
    // Null before there is a connection, and again after the header is read or has failed.
    private ProxyHeaderReader? _reader;
    private ConnectionTimer? _timer;
    private ProxyInfo? _info;

    private protected override Connected ConnectionAbove =>
        _info?.Addresses is { } addresses
            ? Connection with
            {
                Remote = addresses.Source,
                Local = addresses.Destination,
                Proxied = _info,
            }
            : Connection with
            {
                Proxied = _info,
            };

    protected override void OnLowerConnected()
    {
        if (IsGivenUp)
        {
            return;
        }

        if (!options.Trusts(Connection.Remote))
        {
            FailWith(CloseReason.ProtocolViolation, new ProxyNotTrustedException(Connection.Remote));
            return;
        }

        _reader = new ProxyHeaderReader();
        _timer = CreateTimer(HeaderExpired.Instance);
        _timer.Start(options.HeaderTimeout);
    }

    protected override void PostStop() => _timer?.Stop();

    protected override void OnReceived(ReadOnlySequence<byte> data)
    {
        if (IsOpen)
        {
            base.OnReceived(data);
        }
        else if (_reader is null)
        {
            Lower.Tell(new Consumed(data.Length), Self);
        }
        else
        {
            Take(_reader, data);
        }
    }

    protected override void OnPeerFinished()
    {
        if (IsOpen)
        {
            base.OnPeerFinished();
        }
        else if (_reader is not null)
        {
            FailWith("the connection ended before the end of the header", _reader.Received);
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        Forget();
        base.OnLowerClosed(closed);
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case HeaderExpired when _reader is not null && !Ended:
                FailWith(
                    CloseReason.TimedOut,
                    new ProxyHeaderTimeoutException(Connection.Remote, options.HeaderTimeout)
                );
                break;
            case HeaderExpired:
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    protected override void OnGivenUp() => Forget();

    private void Take(ProxyHeaderReader reader, in ReadOnlySequence<byte> data)
    {
        long used = reader.Take(data);
        if (reader.Problem is { } problem)
        {
            FailWith(problem, reader.Received);
            return;
        }

        Lower.Tell(new Consumed(used), Self);
        if (!reader.IsComplete)
        {
            return;
        }

        Forget();
        _info = new ProxyInfo(reader.Version, Connection.Remote, Connection.Local)
        {
            Addresses = reader.Addresses,
            Tlvs = reader.Tlvs,
        };
        if (reader.Addresses is { Source: var client } && Connection.Base is { } transport)
        {
            transport.StandFor(client);
            if (transport.LogsEnd)
            {
                Log.Info("{0} connected through {1}", client, Connection.Remote);
            }
        }

        Open();
        if (used < data.Length)
        {
            base.OnReceived(data.Slice(used));
        }
    }

    private void FailWith(string problem, int received) =>
        FailWith(CloseReason.ProtocolViolation, new ProxyHeaderException(Connection.Remote, problem, received));

    private void FailWith(CloseReason reason, ReactorException failure)
    {
        Forget();
        Fail(reason, failure);
    }

    private void Forget()
    {
        _reader = null;
        _timer?.Stop();
    }

    private sealed record HeaderExpired : INoSerializationVerificationNeeded
    {
        internal static readonly HeaderExpired Instance = new();
    }
}
