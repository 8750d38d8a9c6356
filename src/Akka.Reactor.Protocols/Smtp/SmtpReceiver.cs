using System;
using System.Buffers;
using System.Security.Authentication;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Receives mail over one connection (RFC 5321), with STARTTLS if the connection has a certificate. It sends each message to
/// the delivering actor as <see cref="SmtpMessage"/>. The peer gets 250 only after that actor has sent <see cref="SmtpStored"/>
/// to the message's sender, which is this actor. Until the delivering actor answers, nothing is read from the peer. With an
/// authenticator, peers may authenticate themselves over TLS (RFC 4954): it receives <see cref="SmtpAuthenticate"/>.
/// </summary>
public sealed class SmtpReceiver : ProtocolActor, IConfigured<Props>
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly SmtpTarget _deliverTo;
    private readonly SmtpTarget? _authenticator;
    private readonly SmtpOptions _options;
    private readonly SmtpSpool _spool;
    private SmtpSpoolFile? _file;
    private SmtpMessage? _handed;
    private SmtpQuestion _delivery = null!;
    private SmtpQuestion? _login;
    private SmtpSession? _session;
    private ArrayBufferWriter<byte> _replies = new();
    private SmtpDeadline? _deadline;
    private ConnectionTimer? _peerTimer;
    private TimeSpan _peerTimerEnds = TimeSpan.MaxValue;
    private long _consumed;
    private long _counted;
    private bool _peerFinished;

    private SmtpReceiver(SmtpTarget deliverTo, SmtpTarget? authenticator, SmtpOptions options, SmtpSpool spool)
    {
        _deliverTo = deliverTo;
        _authenticator = authenticator;
        _options = options;
        _spool = spool;
    }

    /// <summary>
    /// Returns the Props from which a listener makes its protocol actors. All these actors share
    /// <see cref="SmtpOptions.SpoolLimit"/>.
    /// </summary>
    /// <param name="deliverTo">The actor that stores messages, shared by all connections.</param>
    /// <param name="options">The options of the receiver.</param>
    /// <param name="authenticator">
    /// The actor that knows the users' passwords, shared by all connections. Null: AUTH is not offered.
    /// </param>
    /// <exception cref="ArgumentException">
    /// <see cref="SmtpOptions.SpoolLimit"/> is less than <see cref="SmtpOptions.MaxMessageSize"/>, or
    /// <see cref="SmtpOptions.RequireAuth"/> is set and there is no authenticator.
    /// </exception>
    public static Props Props(IActorRef deliverTo, SmtpOptions options, IActorRef? authenticator = null) =>
        Props(new SmtpTarget(deliverTo), options, authenticator is null ? null : new SmtpTarget(authenticator));

    /// <summary>
    /// Returns Props as <see cref="Props(IActorRef, SmtpOptions, IActorRef)"/> does, for actors that may start later and be
    /// replaced.
    /// </summary>
    /// <param name="deliverTo">
    /// Selects the actor that stores messages. The receiver looks it up again for each message. If there is no such actor, the
    /// peer gets 451 for the message.
    /// </param>
    /// <param name="options">The options of the receiver.</param>
    /// <param name="authenticator">
    /// Selects the actor that knows the users' passwords, and is looked up again for each question. If there is no such actor, the
    /// peer gets 454. Null: AUTH is not offered.
    /// </param>
    /// <exception cref="ArgumentException">
    /// <see cref="SmtpOptions.SpoolLimit"/> is less than <see cref="SmtpOptions.MaxMessageSize"/>, or
    /// <see cref="SmtpOptions.RequireAuth"/> is set and there is no authenticator.
    /// </exception>
    public static Props Props(ActorSelection deliverTo, SmtpOptions options, ActorSelection? authenticator = null) =>
        Props(new SmtpTarget(deliverTo), options, authenticator is null ? null : new SmtpTarget(authenticator));

    private static Props Props(SmtpTarget deliverTo, SmtpOptions options, SmtpTarget? authenticator)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.RequireAuth && authenticator is null)
            throw new ArgumentException("RequireAuth is set, but there is no authenticator.", nameof(authenticator));
        SmtpSpool spool = new(options);
        return Producer.Props(() => new SmtpReceiver(deliverTo, authenticator, options, spool));
    }

    /// <summary>
    /// Returns the Props from which a listener of the configuration makes its protocol actors; docs/smtp.md lists the options.
    /// </summary>
    /// <inheritdoc/>
    public static Props FromConfiguration(SettingsReader options, ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(system);
        SmtpOptions smtp = SmtpReader.Read(options, out string deliverTo, out string? authenticator);
        SmtpSpool spool = SmtpReader.OpenSpool(options, smtp);
        SmtpTarget delivering = new(system.ActorSelection(deliverTo));
        SmtpTarget? authenticating = authenticator is null ? null : new(system.ActorSelection(authenticator));
        return Producer.Props(() => new SmtpReceiver(delivering, authenticating, smtp, spool));
    }

    /// <inheritdoc/>
    protected override void OnConnected()
    {
        _session = new SmtpSession(_options, _spool.Room, Connection.Remote, CanStartTls, _authenticator is not null);
        _delivery = new SmtpQuestion(_deliverTo, "delivering actor", Context, CreateTimer);
        if (_authenticator is not null)
            _login = new SmtpQuestion(_authenticator, "authenticator", Context, CreateTimer);
        if (Connection.Tls is { } tls)
            _session.Secured(Describe(tls));
        else if (_options.RequireTls && !(CanStartTls && _options.StartTls))
            Log.Warning("{0}: TLS is required, but cannot be started: every message is refused", Connection.Remote);
        _session.Greet(_replies);
        SendReplies();
        _deadline = new SmtpDeadline(_options, Connection.Options.IdleTimeout);
        _peerTimer = CreateTimer(PeerLate.Instance);
        WatchPeer();
    }

    /// <inheritdoc/>
    protected override void OnSecured(TlsInfo info)
    {
        _session!.Secured(Describe(info));
        WatchPeer();
    }

    /// <inheritdoc/>
    // Messages are copied into chunks of their own, and commands into strings.
    protected override bool KeepsReceived => false;

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        SmtpStep step = _session!.Receive(data, _replies);
        _consumed += step.Consumed;
        SendReplies();
        WatchPeer();
        DropFile();
        switch (step.Action)
        {
            case SmtpAction.Spool:
                Spool();
                break;
            case SmtpAction.Deliver:
                Deliver(_session.Pending!);
                break;
            case SmtpAction.Authenticate:
                SuspendReading();
                _login!.Ask(_session.Login!.Id, _session.Login, _options.AuthTimeout);
                break;
            case SmtpAction.StartTls:
                StartTls();
                break;
            case SmtpAction.Close:
                End();
                break;
        }

        CountHeld();
        return step.Consumed;
    }

    // What has arrived of a message counts for memory-limit until it is in a file or delivered.
    private void CountHeld()
    {
        long held = _session?.Held ?? 0;
        if (held != _counted)
        {
            CountMemory(held - _counted);
            _counted = held;
        }
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
            case SmtpAuthenticated authenticated when _session is not null:
                if (_session.Complete(authenticated, _replies))
                    LoginAnswered();
                break;
            case SmtpNotAuthenticated refused when _session is not null:
                NotAuthenticated(refused);
                break;
            case Spooled spooled:
                if (_session!.Spooled(spooled.File))
                    Unsuspend();
                break;
            case NotSpooled failed:
                if (_session!.NotSpooled(failed.File))
                {
                    Log.Warning("{0}: no room on disk for a message: {1}", Connection.Remote, failed.Cause.Message);
                    DropFile();
                    Unsuspend();
                }

                break;
            case PeerLate:
                _peerTimerEnds = TimeSpan.MaxValue;
                CheckPeer();
                break;
            case var _ when SmtpQuestion.IsOfQuestions(message) && _session is not null:
                CheckQuestions(message);
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnPeerFinished()
    {
        // A peer that has finished sending may still wait for the reply to its message or to its password.
        if (_session is { IsAsking: true })
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
        _delivery.End();
        _login?.End();
        _peerTimer?.Stop();
        base.OnClosed(closed);
    }

    /// <summary>Releases everything that belongs to a message, however the actor stops.</summary>
    protected override void PostStop()
    {
        _session?.Abandon();
        DropFile();
        _handed?.Content.Release();
        base.PostStop();
    }

    private void Spool()
    {
        SuspendReading();
        SmtpSpoolFile file = _file ??= new SmtpSpoolFile(_spool);
        _ = file.Append(_session!.TakeBlock(file))
            .PipeTo(Self, Self, () => new Spooled(file), cause => new NotSpooled(file, cause));
    }

    // Lets go of the file when the arriving message no longer has it. Deletes the file unless it belongs to the content of the
    // pending message.
    private void DropFile()
    {
        if (_file is null || _session?.File == _file)
            return;
        if (_session?.Pending?.Content.File != _file)
            _file.Delete();
        _file = null;
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
        _handed = message;

        // Input that is pipelined behind the message stays unconsumed, and TCP holds the peer back.
        SuspendReading();
        _delivery.Ask(message.Id, message, _options.DeliveryTimeout);
    }

    private void CheckQuestions(object message)
    {
        if (_delivery.WhyNotAnswered(message) is { } why && _session!.DeliveryTimedOut(_delivery.Id!, _replies))
        {
            Log.Warning("{0}: message {1} not stored: {2}", Connection.Remote, _delivery.Id, why);
            Delivered();
        }
        else if (_login?.WhyNotAnswered(message) is { } reason)
        {
            NotAuthenticated(new SmtpNotAuthenticated(_login.Id!, reason, Temporary: true));
        }
    }

    private void NotAuthenticated(SmtpNotAuthenticated refused)
    {
        if (!_session!.Complete(refused, _replies))
            return;
        Log.Warning("{0}: not authenticated: {1}", Connection.Remote, refused.Explanation);
        LoginAnswered();
    }

    private void LoginAnswered()
    {
        _login!.End();
        Answered();
    }

    private void Delivered()
    {
        _delivery.End();
        _handed?.Content.Release();
        _handed = null;
        Answered();
    }

    private void Answered()
    {
        SendReplies();
        if (_session!.Ended != SmtpEnd.None)
        {
            End();
            return;
        }

        Unsuspend();
        if (_peerFinished && _session is { IsAsking: false, Ended: SmtpEnd.None })
            Close();
    }

    private void Unsuspend()
    {
        WatchPeer();
        ResumeReading();
    }

    private void End()
    {
        if (_session!.Ended != SmtpEnd.Quit)
            Log.Info("{0}: session ended: {1}", Connection.Remote, _session.Ended);
        WatchPeer();
        DropFile();
        Close();
    }

    // Called whenever the input for which the session waits may have changed. The timer is only moved to an earlier time, so it
    // is seldom restarted: if the peer is not late when it fires, CheckPeer starts it again.
    private void WatchPeer()
    {
        if (_deadline is null || _session is null)
            return;
        TimeSpan now = Now;
        _deadline.Observe(_session.Wait, _session.Lines, _consumed, now);
        ArmPeerTimer(now);
    }

    private void CheckPeer()
    {
        TimeSpan now = Now;
        if (!_deadline!.IsLate(now))
        {
            ArmPeerTimer(now);
            return;
        }

        _session!.TimeOut(_replies);
        SendReplies();
        End();
    }

    private void ArmPeerTimer(TimeSpan now)
    {
        if (_deadline!.Due is not { } due || due >= _peerTimerEnds)
            return;
        _peerTimerEnds = due;
        _peerTimer!.Start(due > now + Tick ? due - now : Tick);
    }

    private void SendReplies()
    {
        if (_replies.WrittenCount == 0)
            return;
        // The buffer is given away, not copied and not kept: an idle connection holds no reply buffer.
        Write(_replies.WrittenMemory);
        _replies = new ArrayBufferWriter<byte>();
    }

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    private sealed record Spooled(SmtpSpoolFile File) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record NotSpooled(SmtpSpoolFile File, Exception Cause)
        : INoSerializationVerificationNeeded,
            IDeadLetterSuppression;

    /// <summary>Makes the actors of one configuration. They share a spool.</summary>
    private sealed class Producer(Func<SmtpReceiver> make) : IIndirectActorProducer
    {
        public Type ActorType => typeof(SmtpReceiver);

        public static Props Props(Func<SmtpReceiver> make) => Actor.Props.CreateBy(new Producer(make));

        public ActorBase Produce() => make();

        public void Release(ActorBase actor) { }
    }

    private sealed class PeerLate : INoSerializationVerificationNeeded
    {
        internal static readonly PeerLate Instance = new();
    }
}
