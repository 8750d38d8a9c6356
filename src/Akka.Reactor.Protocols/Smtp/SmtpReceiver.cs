using System;
using System.Buffers;
using System.Security.Authentication;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Receives mail over one connection (RFC 5321), with STARTTLS where the connection has a certificate. Each message is
/// told to the delivering actor as <see cref="SmtpMessage"/>; the peer is answered 250 only when that actor has told the
/// sender <see cref="SmtpStored"/>. Meanwhile nothing is read from the peer.
/// </summary>
public sealed class SmtpReceiver : ProtocolActor, IConfigured<Props>
{
    private readonly ActorSelection? _selection;
    private readonly SmtpOptions _options;
    private IActorRef? _deliverTo;
    private SmtpSession? _session;
    private ArrayBufferWriter<byte> _replies = new();
    private ConnectionTimer? _timer;
    private bool _peerFinished;

    /// <summary>Made once per connection, by the listener.</summary>
    /// <param name="deliverTo">The actor that stores messages, shared by all connections.</param>
    /// <param name="options">What is accepted.</param>
    public SmtpReceiver(IActorRef deliverTo, SmtpOptions options)
    {
        ArgumentNullException.ThrowIfNull(deliverTo);
        ArgumentNullException.ThrowIfNull(options);
        _deliverTo = deliverTo;
        _options = options;
    }

    /// <summary>Made once per connection, by the listener.</summary>
    /// <param name="deliverTo">
    /// Selects the actor that stores messages. It is looked up anew for each message, so it may start later and be
    /// replaced; a message for which nobody is there is answered 451.
    /// </param>
    /// <param name="options">What is accepted.</param>
    public SmtpReceiver(ActorSelection deliverTo, SmtpOptions options)
    {
        ArgumentNullException.ThrowIfNull(deliverTo);
        ArgumentNullException.ThrowIfNull(options);
        _selection = deliverTo;
        _options = options;
    }

    /// <summary>What a listener makes its protocol actors of.</summary>
    /// <inheritdoc cref="SmtpReceiver(IActorRef, SmtpOptions)"/>
    public static Props Props(IActorRef deliverTo, SmtpOptions options) =>
        Actor.Props.Create<SmtpReceiver>(deliverTo, options);

    /// <summary>What a listener of the configuration makes its protocol actors of; docs/smtp.md lists the options.</summary>
    /// <inheritdoc/>
    public static Props FromConfiguration(SettingsReader options, ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(system);
        SmtpOptions smtp = SmtpReader.Read(options, out string deliverTo);
        return Actor.Props.Create<SmtpReceiver>(system.ActorSelection(deliverTo), smtp);
    }

    /// <inheritdoc/>
    protected override void OnConnected()
    {
        _session = new SmtpSession(_options, Connection.Remote, CanStartTls);
        if (Connection.Tls is { } tls)
            _session.Secured(Describe(tls));
        _session.Greet(_replies);
        SendReplies();
    }

    /// <inheritdoc/>
    protected override void OnSecured(TlsInfo info) => _session!.Secured(Describe(info));

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        SmtpStep step = _session!.Receive(data, _replies);
        SendReplies();
        switch (step.Action)
        {
            case SmtpAction.Deliver:
                Deliver(_session.Pending!);
                break;
            case SmtpAction.StartTls:
                StartTls();
                break;
            case SmtpAction.Close:
                End();
                break;
        }

        return step.Consumed;
    }

    /// <inheritdoc/>
    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case SmtpStored stored when _session is not null:
                if (_session.Complete(stored, _replies))
                    Delivered();
                break;
            case SmtpNotStored notStored when _session is not null:
                if (_session.Complete(notStored, _replies))
                {
                    Log.Warning(
                        "{0}: message {1} not stored: {2}",
                        Connection.Remote,
                        notStored.Id,
                        notStored.Explanation
                    );
                    Delivered();
                }

                break;
            case ActorIdentity identity when _session?.Pending is { } pending && pending.Id.Equals(identity.MessageId):
                Found(pending, identity.Subject);
                break;
            case DeliveryExpired expired:
                NotAnswered(expired.Id, "no answer in time");
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_deliverTo):
                NotAnswered(_session?.Pending?.Id, "the delivering actor has stopped");
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnPeerFinished()
    {
        // A peer that has said everything may still wait for the answer to its message.
        if (_session is { IsDelivering: true })
            _peerFinished = true;
        else
            Close();
    }

    /// <inheritdoc/>
    protected override void OnDraining()
    {
        if (_session is null)
        {
            Close();
            return;
        }

        _session.ShutDown(_replies);
        SendReplies();
        if (_session.Ended != SmtpEnd.None)
            End();
    }

    /// <inheritdoc/>
    protected override void OnClosed(Closed closed)
    {
        Disarm();
        base.OnClosed(closed);
    }

    private static string Describe(TlsInfo tls)
    {
        string version = tls.Protocol switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols other => other.ToString(),
        };
        return $"{version} {tls.CipherSuite}";
    }

    private void Deliver(SmtpMessage message)
    {
        // What is pipelined behind the message stays where it is, and TCP holds the peer back.
        SuspendReading();
        _timer = CreateTimer(new DeliveryExpired(message.Id));
        _timer.Start(_options.DeliveryTimeout);
        if (_selection is null)
            Hand(message, _deliverTo!);
        else
            _selection.Tell(new Identify(message.Id), Self);
    }

    private void Found(SmtpMessage message, IActorRef? deliverTo)
    {
        if (deliverTo is null)
            NotAnswered(message.Id, $"there is no actor at {_selection!.PathString}");
        else if (_deliverTo is null)
            Hand(message, deliverTo);
    }

    private void Hand(SmtpMessage message, IActorRef deliverTo)
    {
        _deliverTo = Context.Watch(deliverTo);
        deliverTo.Tell(message, Self);
    }

    private void NotAnswered(string? id, string why)
    {
        if (id is null || !_session!.DeliveryTimedOut(id, _replies))
            return;
        Log.Warning("{0}: message {1} not stored: {2}", Connection.Remote, id, why);
        Delivered();
    }

    private void Delivered()
    {
        Disarm();
        if (_deliverTo is not null)
            Context.Unwatch(_deliverTo);
        if (_selection is not null)
            _deliverTo = null;
        SendReplies();
        if (_session!.Ended != SmtpEnd.None)
        {
            End();
            return;
        }

        ResumeReading();
        if (_peerFinished && _session is { IsDelivering: false, Ended: SmtpEnd.None })
            Close();
    }

    private void End()
    {
        if (_session!.Ended != SmtpEnd.Quit)
            Log.Info("{0}: session ended: {1}", Connection.Remote, _session.Ended);
        Close();
    }

    private void Disarm()
    {
        _timer?.Stop();
        _timer = null;
    }

    private void SendReplies()
    {
        if (_replies.WrittenCount == 0)
            return;
        // Given away, not copied and not kept: an idle connection holds no reply buffer.
        Write(_replies.WrittenMemory);
        _replies = new ArrayBufferWriter<byte>();
    }

    private sealed record DeliveryExpired(string Id) : INoSerializationVerificationNeeded;
}
