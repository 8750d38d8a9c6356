using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Sends mail over one connection (RFC 5321), with STARTTLS, AUTH, PIPELINING, 8BITMIME, SIZE and SMTPUTF8 as far as the server offers
/// them. It receives <see cref="SmtpSend"/> and answers each with one <see cref="SmtpSendResult"/>; one message is under way at a time.
/// It serves a single connection (<see cref="ReactorExtension.Connect"/>) as well as a client that reconnects
/// (<see cref="StartClient"/>). While a client has no connection, messages are answered at once with the reason.
/// </summary>
public sealed class SmtpSender : ProtocolActor
{
    private readonly SmtpSenderOptions _options;
    private readonly Queue<(SmtpSend Message, IActorRef ReplyTo)> _queue = new();
    private ArrayBufferWriter<byte> _commands = new();
    private SmtpClientSession? _session;
    private IActorRef _replyTo = ActorRefs.Nobody;
    private WriteFrom? _content;
    private ConnectionTimer? _timer;
    private (SmtpClientWait Wait, long Replies) _timed;
    private ReactorException? _whyNot;
    private bool _quits;

    private SmtpSender(SmtpSenderOptions options) => _options = options;

    /// <summary>Returns the Props of a sender that sends messages until it receives <see cref="SmtpQuit"/>.</summary>
    /// <param name="options">The options of the sender.</param>
    public static Props Props(SmtpSenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Producer.Props(() => new SmtpSender(options));
    }

    /// <summary>
    /// Returns the Props of a sender that sends one message and then QUIT, for one <see cref="ReactorExtension.Connect"/>. If the
    /// connection cannot be made, the sender is not created, and there is no result.
    /// </summary>
    /// <param name="options">The options of the sender.</param>
    /// <param name="message">The message.</param>
    /// <param name="replyTo">The actor that receives the <see cref="SmtpSendResult"/>.</param>
    public static Props Props(SmtpSenderOptions options, SmtpSend message, IActorRef replyTo)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(replyTo);
        return Producer.Props(() =>
        {
            SmtpSender sender = new(options) { _quits = true };
            sender._queue.Enqueue((message, replyTo));
            return sender;
        });
    }

    /// <inheritdoc/>
    // Replies are copied into strings.
    protected override bool KeepsReceived => false;

    /// <inheritdoc/>
    protected override void OnConnecting(Connecting connecting)
    {
        _whyNot = null;
        _quits = false;
    }

    /// <inheritdoc/>
    protected override void OnConnected()
    {
        _whyNot = null;
        string hostName = _options.HostName ?? Literal(Connection.Local);
        _session = new SmtpClientSession(_options, hostName, Connection.Tls is not null, CanStartTls);
        _timer = CreateTimer(ServerLate.Instance);
        Watch();
    }

    /// <inheritdoc/>
    protected override void OnSecured(TlsInfo info)
    {
        _session!.Secured(_commands);
        Continue();
    }

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        SmtpClientStep step;
        try
        {
            step = _session!.Receive(data, _commands);
        }
        catch (PeerViolationException violation)
        {
            End(violation);
            return data.Length;
        }

        Continue();
        switch (step.Action)
        {
            case SmtpClientAction.StartTls:
                StartTls();
                break;
            case SmtpClientAction.SendContent:
                SendContent();
                break;
            case SmtpClientAction.Close when _session.Failure is { } failure:
                Close(failure);
                break;
            case SmtpClientAction.Close:
                Close();
                break;
        }

        return step.Consumed;
    }

    /// <inheritdoc/>
    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case SmtpSend send when _whyNot is not null:
                Refuse(send, Sender, _whyNot);
                break;
            case SmtpSend send when _quits:
                Refuse(send, Sender, new TransportClosedException(CloseReason.Requested));
                break;
            case SmtpSend send when IsBusy && _queue.Count >= _options.QueueLimit:
                Refuse(send, Sender, new SmtpQueueFullException(_options.QueueLimit));
                break;
            case SmtpSend send:
                _queue.Enqueue((send, Sender));
                Continue();
                break;
            case SmtpQuit:
                Quit();
                break;
            case ContentOut sent when sent.Write == _content:
                _content = null;
                _session?.ContentSent();
                Watch();
                break;
            case ContentOut:
                break;
            case ServerLate when _session is { Wait: not SmtpClientWait.Nothing }:
                End(new SmtpReplyTimeoutException(TimeLimit));
                break;
            case ServerLate:
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnWriteFailed(WriteFailed failure)
    {
        // If the connection has ended, OnClosed tells why. Otherwise a part of the stream is missing, so the connection must end.
        if (failure.Cause is not TransportClosedException)
        {
            _session?.End(failure.Cause);
            TellResult();
        }

        base.OnWriteFailed(failure);
    }

    /// <inheritdoc/>
    protected override void OnPeerFinished()
    {
        if (IsBusy)
            _session!.End(new TransportClosedException(CloseReason.PeerFinished));
        TellResult();
        Close();
    }

    /// <inheritdoc/>
    protected override void OnDraining() => Quit();

    /// <inheritdoc/>
    protected override void OnClosed(Closed closed)
    {
        ReactorException why =
            _session!.Failure ?? closed.Cause ?? new TransportClosedException(closed.Reason, closed.Cause);
        _session.End(why);
        TellResult();
        RefuseAll(why);
        _session = null;
        _content = null;
        _timer?.Stop();
        base.OnClosed(closed);
    }

    /// <inheritdoc/>
    protected override void OnDisconnected(Disconnected disconnected)
    {
        _whyNot = disconnected.Cause;
        RefuseAll(_whyNot);
    }

    /// <summary>Answers the messages that still wait.</summary>
    protected override void PostStop()
    {
        RefuseAll(new TransportClosedException(CloseReason.Aborted));
        base.PostStop();
    }

    private bool IsBusy => _session is not { IsIdle: true };

    private TimeSpan TimeLimit =>
        _session!.Wait == SmtpClientWait.Delivery ? _options.DeliveryTimeout : _options.ReplyTimeout;

    // Called after everything that may have changed the session.
    private void Continue()
    {
        TellResult();
        while (_session is { IsIdle: true } && _queue.TryDequeue(out (SmtpSend Message, IActorRef ReplyTo) next))
        {
            _replyTo = next.ReplyTo;
            _session.Send(next.Message, _commands);
            // A message that this server cannot get has its result already.
            TellResult();
        }

        if (_session is { IsIdle: true } && _quits)
            _session.Quit(_commands);
        SendCommands();
        Watch();
    }

    private void SendContent()
    {
        SmtpOutput output = new(_session!.Content);
        _session.IsContentOut = () => output.HasEnded;
        ContentOut ack = new();
        _content = ack.Write = new WriteFrom(output.Pieces(), ack);
        Write(_content);
    }

    private void Quit()
    {
        _quits = true;
        if (_session is not null)
            Continue();
    }

    private void End(ReactorException reason)
    {
        _session!.End(reason);
        TellResult();
        Abort(reason);
    }

    private void TellResult()
    {
        if (_session?.TakeResult() is { } result)
            _replyTo.Tell(result, Self);
    }

    private void RefuseAll(ReactorException why)
    {
        while (_queue.TryDequeue(out (SmtpSend Message, IActorRef ReplyTo) next))
            Refuse(next.Message, next.ReplyTo, why);
    }

    private void Refuse(SmtpSend message, IActorRef replyTo, ReactorException why) =>
        replyTo.Tell(
            new SmtpSendResult(
                message.Id,
                [.. message.Recipients.Select(to => new SmtpRecipientResult(to, SmtpDelivery.NotSent, Reply: null))],
                why
            ),
            Self
        );

    // The limit is for a whole reply: single octets do not extend it.
    private void Watch()
    {
        if (_session is null || _timed == (_session.Wait, _session.Replies))
            return;
        _timed = (_session.Wait, _session.Replies);
        if (_session.Wait == SmtpClientWait.Nothing)
            _timer!.Stop();
        else
            _timer!.Start(TimeLimit);
    }

    private void SendCommands()
    {
        if (_commands.WrittenCount == 0)
            return;
        // The buffer is given away, not copied and not kept: an idle connection holds no buffer.
        Write(_commands.WrittenMemory);
        _commands = new ArrayBufferWriter<byte>();
    }

    private static string Literal(EndPoint local) =>
        local switch
        {
            IPEndPoint
            {
                AddressFamily: AddressFamily.InterNetworkV6,
                Address: { IsIPv4MappedToIPv6: false } address
            } => $"[IPv6:{new IPAddress(address.GetAddressBytes())}]",
            IPEndPoint { Address: var address } => $"[{address.MapToIPv4()}]",
            _ => "localhost",
        };

    /// <summary>The connection has taken the content of a message.</summary>
    private sealed class ContentOut : INoSerializationVerificationNeeded
    {
        internal WriteFrom? Write { get; set; }
    }

    private sealed class ServerLate : INoSerializationVerificationNeeded
    {
        internal static readonly ServerLate Instance = new();
    }

    private sealed class Producer(Func<SmtpSender> make) : IIndirectActorProducer
    {
        public Type ActorType => typeof(SmtpSender);

        public static Props Props(Func<SmtpSender> make) => Actor.Props.CreateBy(new Producer(make));

        public ActorBase Produce() => make();

        public void Release(ActorBase actor) { }
    }
}
