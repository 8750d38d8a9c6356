using System;
using System.Buffers;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The next action of a client session's owner, after it has sent the commands gathered so far.</summary>
internal enum SmtpClientAction
{
    None,

    /// <summary>Start TLS, refuse all input that is not consumed, then call <see cref="SmtpClientSession.Secured"/>.</summary>
    StartTls,

    /// <summary>Send the content of the message, then call <see cref="SmtpClientSession.ContentSent"/>.</summary>
    SendContent,

    /// <summary>Close the connection. <see cref="SmtpClientSession.Failure"/> is the reason, if there is one.</summary>
    Close,
}

/// <summary>The result of giving input to a client session.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpClientStep(long Consumed, SmtpClientAction Action);

/// <summary>The reply for which a client session waits.</summary>
internal enum SmtpClientWait
{
    /// <summary>None: the session is idle, sends content, or starts TLS.</summary>
    Nothing,
    Reply,

    /// <summary>The reply to a whole message.</summary>
    Delivery,
}

/// <summary>
/// The sender's side of one SMTP connection (RFC 5321) as a pure state machine. Its input is octets and events; its output is commands,
/// the number of consumed octets, one <see cref="SmtpClientAction"/>, and the result of a message. It has no clock, no socket and no TLS.
/// Not thread-safe. After each call the owner sends the commands, and takes the result if there is one.
/// </summary>
/// <param name="options">The options of the sender.</param>
/// <param name="hostName">The name for EHLO.</param>
/// <param name="isSecure">Whether TLS is on from the first octet.</param>
/// <param name="canStartTls">Whether the connection can start TLS.</param>
internal sealed class SmtpClientSession(SmtpSenderOptions options, string hostName, bool isSecure, bool canStartTls)
{
    private readonly SmtpClientAuth? _auth = options.Credentials is { } credentials ? new(credentials) : null;
    private State _state = State.Greeting;
    private SmtpExtensions _offered;
    private SmtpEnvelope? _envelope;
    private SmtpSendResult? _result;
    private bool _isSecure = isSecure;
    private bool _isTlsRefused;

    private enum State
    {
        Greeting,
        ExtendedHello,
        Hello,

        /// <summary>STARTTLS is sent.</summary>
        StartTls,

        /// <summary>The server is ready for TLS: no octet is read until it is on.</summary>
        Securing,
        Authenticating,

        /// <summary>No message is under way.</summary>
        Idle,

        /// <summary>MAIL and RCPT are sent.</summary>
        Envelope,

        /// <summary>DATA is sent.</summary>
        Data,

        /// <summary>The content is being sent.</summary>
        Content,

        /// <summary>The content and the end of data are sent.</summary>
        Delivery,

        /// <summary>RSET is sent after a message that was given up.</summary>
        Resetting,
        Quitting,
        Ended,
    }

    /// <summary>Whether the next message can be given to <see cref="Send"/>.</summary>
    public bool IsIdle => _state == State.Idle && _result is null;

    /// <summary>Whether a message is under way.</summary>
    public bool IsSending => _envelope is not null;

    /// <summary>Opens the content of the message that is under way.</summary>
    public Func<Stream> Content => _envelope!.Content;

    /// <summary>The reason for which the session has ended; null if it was asked to, or has not ended.</summary>
    public ReactorException? Failure { get; private set; }

    /// <summary>The number of replies so far.</summary>
    public long Replies { get; private set; }

    /// <summary>The reply for which the session waits.</summary>
    public SmtpClientWait Wait =>
        _state switch
        {
            State.Idle or State.Securing or State.Content or State.Ended => SmtpClientWait.Nothing,
            State.Delivery => SmtpClientWait.Delivery,
            _ => SmtpClientWait.Reply,
        };

    /// <summary>Whether the end of data of the current message has left: the owner keeps it up to date.</summary>
    public Func<bool> IsContentOut { get; set; } = static () => false;

    /// <summary>Returns the result of the message that has ended, once.</summary>
    public SmtpSendResult? TakeResult()
    {
        (SmtpSendResult? result, _result) = (_result, null);
        return result;
    }

    /// <summary>Begins to send a message. The session must be idle.</summary>
    public void Send(SmtpSend message, IBufferWriter<byte> commands)
    {
        _envelope = new SmtpEnvelope(message, _offered);
        if (_envelope.WhyNotSent() is { } reason)
        {
            EndMessage(reply: null, reason);
            return;
        }

        _state = State.Envelope;
        _envelope.WriteCommands(commands);
    }

    /// <summary>Reports that TLS is on after STARTTLS. Everything known of the server is forgotten (RFC 3207, 4.2).</summary>
    public void Secured(IBufferWriter<byte> commands)
    {
        _isSecure = true;
        SayHello(commands);
    }

    /// <summary>Reports that the connection has taken the content with the end of data.</summary>
    public void ContentSent()
    {
        if (_state == State.Content)
            _state = State.Delivery;
    }

    /// <summary>Ends the session with QUIT. The session must be idle.</summary>
    public void Quit(IBufferWriter<byte> commands)
    {
        commands.Write("QUIT\r\n"u8);
        _state = State.Quitting;
    }

    /// <summary>Ends the session, because the connection has ended, its content failed, or the server was too slow.</summary>
    public void End(ReactorException reason)
    {
        if (_state == State.Ended)
            return;
        Failure = reason;
        EndMessage(reply: null, reason);
        _state = State.Ended;
    }

    /// <summary>
    /// Consumes whole replies as far as possible. Stops directly after the reply to STARTTLS, after the reply to DATA, at the end of a
    /// message, and at the end of the session.
    /// </summary>
    /// <param name="input">All octets that are not consumed yet.</param>
    /// <param name="commands">The buffer for the commands.</param>
    /// <exception cref="PeerViolationException">The server has sent something that is no reply, or a reply to nothing.</exception>
    public SmtpClientStep Receive(in ReadOnlySequence<byte> input, IBufferWriter<byte> commands)
    {
        ReadOnlySequence<byte> rest = input;
        SmtpClientAction action = SmtpClientAction.None;
        while (
            action == SmtpClientAction.None
            && _result is null
            && _state is not (State.Securing or State.Ended)
            && SmtpReplyReader.TryRead(rest, out SmtpServerReply reply, out long used)
        )
        {
            rest = rest.Slice(used);
            Replies++;
            action = Take(reply, commands);
        }

        if (_state == State.Ended)
            return new SmtpClientStep(input.Length, SmtpClientAction.Close);
        return new SmtpClientStep(input.Length - rest.Length, action);
    }

    private SmtpClientAction Take(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        // The server ends the session (RFC 5321, 3.8). It may say so at any time.
        if (reply.Code == 421 && _state != State.Quitting)
            return Fail(new SmtpException("The server has ended the session", reply), reply, commands);
        switch (_state)
        {
            case State.Greeting when reply.IsPositive:
                SayHello(commands);
                return SmtpClientAction.None;
            case State.Greeting:
                return Fail(new SmtpException("The server does not accept this connection", reply), reply, commands);
            case State.ExtendedHello when reply.IsPositive:
                _offered = SmtpExtensions.Of(reply);
                return Negotiate(commands);
            case State.ExtendedHello when reply.IsPermanent:
                WriteLine(commands, $"HELO {hostName}");
                _state = State.Hello;
                return SmtpClientAction.None;
            case State.Hello when reply.IsPositive:
                return Negotiate(commands);
            case State.ExtendedHello or State.Hello:
                return Fail(new SmtpException("The server has refused the greeting", reply), reply, commands);
            case State.StartTls:
                return TakeStartTls(reply, commands);
            case State.Authenticating:
                return TakeAuth(reply, commands);
            case State.Envelope:
                TakeEnvelope(reply, commands);
                return SmtpClientAction.None;
            case State.Data:
                return TakeData(reply, commands);
            case State.Content or State.Delivery:
                return TakeDelivery(reply, commands);
            case State.Resetting when reply.IsPositive:
                _state = State.Idle;
                return SmtpClientAction.None;
            case State.Resetting:
                return Fail(new SmtpException("The server has refused RSET", reply), reply, commands);
            case State.Quitting:
                _state = State.Ended;
                return SmtpClientAction.Close;
            default:
                throw new PeerViolationException("The server has sent a reply to nothing.");
        }
    }

    private void SayHello(IBufferWriter<byte> commands)
    {
        _offered = default;
        WriteLine(commands, $"EHLO {hostName}");
        _state = State.ExtendedHello;
    }

    // The server's extensions are known: TLS comes first, then AUTH.
    private SmtpClientAction Negotiate(IBufferWriter<byte> commands)
    {
        if (!_isSecure && options.StartTls != SmtpStartTls.Never && !_isTlsRefused)
        {
            if (_offered.StartTls && canStartTls)
            {
                commands.Write("STARTTLS\r\n"u8);
                _state = State.StartTls;
                return SmtpClientAction.None;
            }

            if (options.StartTls == SmtpStartTls.Required)
            {
                string why = canStartTls ? "The server does not offer STARTTLS" : "The connection cannot start TLS";
                return Fail(new SmtpTlsException($"{why}, and TLS is required"), reply: null, commands);
            }
        }

        if (_auth is null)
        {
            _state = State.Idle;
            return SmtpClientAction.None;
        }

        if (!_isSecure && !options.AllowAuthInClear)
            return Fail(
                new SmtpAuthException("The password is not sent, because TLS is not on"),
                reply: null,
                commands
            );
        if (!_auth.Begin(_offered, commands))
            return Fail(new SmtpAuthException("The server offers neither AUTH PLAIN nor LOGIN"), reply: null, commands);
        _state = State.Authenticating;
        return SmtpClientAction.None;
    }

    private SmtpClientAction TakeStartTls(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        if (reply.IsPositive)
        {
            _state = State.Securing;
            return SmtpClientAction.StartTls;
        }

        if (options.StartTls == SmtpStartTls.Required)
        {
            return Fail(
                new SmtpTlsException("The server has refused STARTTLS, and TLS is required", reply),
                reply,
                commands
            );
        }

        _isTlsRefused = true;
        return Negotiate(commands);
    }

    private SmtpClientAction TakeAuth(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        if (reply.Code == 334 && _auth!.Continue(commands))
            return SmtpClientAction.None;
        if (reply.IsPositive)
        {
            _state = State.Idle;
            return SmtpClientAction.None;
        }

        SmtpServerReply shown = _auth!.WithoutSecrets(reply);
        return Fail(
            new SmtpAuthException("The server has not accepted user name and password", shown),
            shown,
            commands
        );
    }

    private void TakeEnvelope(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        _envelope!.Take(reply);
        if (!_envelope.IsAnswered)
        {
            _envelope.WriteCommands(commands);
        }
        else if (_envelope.HasRecipients)
        {
            commands.Write("DATA\r\n"u8);
            _state = State.Data;
        }
        else
        {
            Reset(reply, commands);
        }
    }

    private SmtpClientAction TakeData(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        if (reply.Code == 354)
        {
            _state = State.Content;
            return SmtpClientAction.SendContent;
        }

        if (reply.IsPositive)
            throw new PeerViolationException("The server has accepted a message that it has not got.");
        Reset(reply, commands);
        return SmtpClientAction.None;
    }

    private SmtpClientAction TakeDelivery(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        if (_state == State.Delivery || IsContentOut())
        {
            EndMessage(reply, failure: null);
            _state = State.Idle;
            return SmtpClientAction.None;
        }

        // The server has given up before the end. The rest of the content would be taken for commands, so the connection ends.
        if (reply.IsPositive)
            throw new PeerViolationException("The server has accepted a message that it has not got.");
        return Fail(new SmtpException("The server has refused the message before its end", reply), reply, commands);
    }

    // The message is given up, but the session continues.
    private void Reset(SmtpServerReply reply, IBufferWriter<byte> commands)
    {
        EndMessage(reply, failure: null);
        commands.Write("RSET\r\n"u8);
        _state = State.Resetting;
    }

    private SmtpClientAction Fail(ReactorException reason, SmtpServerReply? reply, IBufferWriter<byte> commands)
    {
        Failure = reason;
        // While content is being sent, QUIT would be a part of it.
        if (_state != State.Content)
            commands.Write("QUIT\r\n"u8);
        EndMessage(reply, reply is null ? reason : null);
        _state = State.Ended;
        return SmtpClientAction.Close;
    }

    private void EndMessage(SmtpServerReply? reply, ReactorException? failure)
    {
        if (_envelope is null)
            return;
        bool mayHaveIt = _state == State.Delivery || (_state == State.Content && IsContentOut());
        _result = _envelope.Finish(reply, failure, mayHaveIt);
        _envelope = null;
    }

    internal static void WriteLine(IBufferWriter<byte> commands, string line)
    {
        Encoding.UTF8.GetBytes(line, commands);
        commands.Write("\r\n"u8);
    }
}
