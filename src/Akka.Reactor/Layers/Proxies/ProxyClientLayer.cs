using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// A connection through a proxy as a layer: a thin actor around a <see cref="ProxyHandshake"/>, with a total deadline for the
/// handshake.
/// </summary>
internal sealed class ProxyClientLayer : HandshakeLayer
{
    private readonly ProxyKind _kind;
    private readonly ProxyTarget _target;
    private readonly ProxyCredentials? _credentials;
    private readonly TimeSpan _timeout;

    // Null before there is a connection, and again after the handshake is over.
    private ProxyHandshake? _handshake;
    private ConnectionTimer? _timer;

    public ProxyClientLayer(
        IActorRef lower,
        ProxyKind kind,
        ProxyTarget target,
        ProxyCredentials? credentials,
        TimeSpan timeout
    )
        : base(lower)
    {
        _kind = kind;
        _target = target;
        _credentials = credentials;
        _timeout = timeout;
    }

    // The TLS below this layer is with the proxy, not with the target.
    protected override TlsInfo? TlsAbove => null;

    protected override void OnLowerConnected()
    {
        if (!IsGivenUp)
        {
            _handshake = CreateHandshake(Connection.Remote.ToString()!);
            _timer = CreateTimer(HandshakeExpired.Instance);
            _timer.Start(_timeout);
            Send(_handshake.Begin());
        }
    }

    protected override void PostStop() => _timer?.Stop();

    protected override void OnReceived(ReadOnlySequence<byte> data)
    {
        if (IsOpen)
        {
            base.OnReceived(data);
        }
        else if (_handshake is null)
        {
            Lower.Tell(new Consumed(data.Length), Self);
        }
        else
        {
            Take(_handshake, data);
        }
    }

    protected override void OnPeerFinished()
    {
        if (IsOpen)
        {
            base.OnPeerFinished();
        }
        else if (_handshake is not null)
        {
            FailWith(_handshake.EndedBy(null));
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        bool brokeOff = _handshake is not null && closed.Reason is CloseReason.Reset or CloseReason.Truncated;
        base.OnLowerClosed(brokeOff ? closed with { Cause = _handshake!.EndedBy(closed.Cause) } : closed);
        Forget();
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case HandshakeExpired when _handshake is not null && !Ended:
                FailWith(_handshake.TimedOutAfter(_timeout));
                break;
            case HandshakeExpired:
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    protected override void OnGivenUp() => Forget();

    private ProxyHandshake CreateHandshake(string proxy) =>
        _kind == ProxyKind.Socks5
            ? new Socks5Handshake(proxy, _target, _credentials)
            : new HttpConnectHandshake(proxy, _target, _credentials);

    private void Take(ProxyHandshake handshake, in ReadOnlySequence<byte> data)
    {
        ReadOnlyMemory<byte> answer = handshake.Receive(data, out long used);
        if (handshake.Failure is { } failure)
        {
            FailWith(failure);
            return;
        }

        if (!answer.IsEmpty)
        {
            Send(answer);
        }

        Lower.Tell(new Consumed(used), Self);
        if (handshake.IsOpen)
        {
            Forget();
            Open();
            if (used < data.Length)
            {
                base.OnReceived(data.Slice(used));
            }
        }
    }

    private void FailWith(ReactorException failure)
    {
        Forget();
        Fail(
            failure switch
            {
                ProxyAnswerException => CloseReason.ProtocolViolation,
                ProxyTimeoutException => CloseReason.TimedOut,
                _ => CloseReason.Failed,
            },
            failure
        );
    }

    private void Forget()
    {
        _handshake = null;
        _timer?.Stop();
    }

    private sealed record HandshakeExpired : INoSerializationVerificationNeeded
    {
        internal static readonly HandshakeExpired Instance = new();
    }
}
