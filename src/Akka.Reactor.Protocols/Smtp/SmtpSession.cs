using System;
using System.Buffers;
using System.Net;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The receiver's side of one SMTP connection (RFC 5321) as a pure state machine. Its input is octets and events; its output is
/// replies, the number of consumed octets and one <see cref="SmtpAction"/>. It has no clock, no socket and no TLS. Not
/// thread-safe.
/// <para>
/// The owner calls <see cref="Greet"/> first, then gives the input to <see cref="Receive"/>. The replies to a pipelined batch
/// are collected in the buffer that the owner passes, so that they leave in one send. After each call of another method the
/// owner calls <see cref="Receive"/> again with the input that it still has, even if that is empty.
/// </para>
/// </summary>
/// <param name="options">The options of the receiver.</param>
/// <param name="room">The room that the session shares with other sessions.</param>
/// <param name="remoteEndPoint">The peer, for <see cref="SmtpMessage.RemoteEndPoint"/>.</param>
/// <param name="canStartTls">Whether the connection has a certificate.</param>
/// <param name="canAuthenticate">Whether there is an authenticator.</param>
internal sealed class SmtpSession(
    SmtpOptions options,
    SmtpRoom room,
    EndPoint? remoteEndPoint,
    bool canStartTls,
    bool canAuthenticate = false
)
{
    // The most octets of a message that are decoded between two checks of SpoolThreshold: the octets in memory may exceed the
    // threshold by this number.
    private const int Slice = 64 * 1024;

    // The first octet of a TLS handshake record. No command begins with it.
    private const byte TlsHandshake = 0x16;

    private readonly SmtpLineReader _lines = new();
    private readonly SmtpDataDecoder _data = new(
        options.MaxMessageSize,
        options.MaxTextLineLength,
        options.Strict,
        room
    );
    private readonly SmtpCommands _commands = new(options, room, remoteEndPoint, canStartTls, canAuthenticate);
    private State _state = State.Command;
    private bool _shutDownAsked;
    private bool _inLine;

    private enum State
    {
        Command,
        Data,

        /// <summary>A part of a message is being written to its file: the input after that part waits.</summary>
        Spooling,

        /// <summary>The delivering actor has a message: pipelined input waits.</summary>
        Delivering,

        /// <summary>The authenticator is asked: pipelined input waits.</summary>
        Authenticating,

        /// <summary>STARTTLS is answered: no further octet is read until TLS is on.</summary>
        StartingTls,
        Ended,
    }

    /// <summary>The message that is handed over and not answered yet.</summary>
    public SmtpMessage? Pending { get; private set; }

    /// <summary>The question for the authenticator that is not answered yet.</summary>
    public SmtpAuthenticate? Login => _commands.Login;

    /// <summary>Whether the delivering actor has a message.</summary>
    public bool IsDelivering => _state == State.Delivering;

    /// <summary>Whether an actor is asked and the peer waits for its answer.</summary>
    public bool IsAsking => _state is State.Delivering or State.Authenticating;

    /// <summary>The reason for which the session ended; <see cref="SmtpEnd.None"/> until it has ended.</summary>
    public SmtpEnd Ended { get; private set; }

    /// <summary>The input for which the session waits.</summary>
    public SmtpWait Wait =>
        _state switch
        {
            State.Command => _inLine ? SmtpWait.Line : SmtpWait.Command,
            State.Data => SmtpWait.Data,
            _ => SmtpWait.Nothing,
        };

    /// <summary>The number of command lines that have ended.</summary>
    public long Lines { get; private set; }

    /// <summary>
    /// The file of the arriving message. Null if the message has none, after the message has failed, and after it is complete,
    /// when its content owns the file.
    /// </summary>
    public SmtpSpoolFile? File { get; private set; }

    /// <summary>The number of octets of message content in memory at the moment.</summary>
    internal long Held => _data.Held;

    /// <summary>
    /// Writes the greeting. Call it once, when the connection is established and, if it uses TLS from the first byte, TLS is
    /// on.
    /// </summary>
    public void Greet(IBufferWriter<byte> replies) => SmtpReply.Greeting(replies, options.HostName);

    /// <summary>
    /// Consumes commands and data as far as possible. Stops directly after STARTTLS, after a part of a message that is to be
    /// written to its file, after the end of a message that is to be delivered, after AUTH, and at the end of the session.
    /// </summary>
    /// <param name="input">All octets that are not consumed yet.</param>
    /// <param name="replies">The buffer for the replies, in the order of the commands.</param>
    public SmtpStep Receive(in ReadOnlySequence<byte> input, IBufferWriter<byte> replies)
    {
        Span<byte> scratch = stackalloc byte[SmtpLineReader.MaxMailWithAuth];
        ReadOnlySequence<byte> rest = input;
        _inLine = _lines.IsDiscarding;
        while (true)
        {
            long used;
            switch (_state)
            {
                case State.Ended:
                    return new SmtpStep(input.Length, SmtpAction.Close);
                case State.Delivering or State.Authenticating or State.StartingTls or State.Spooling:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.None);
                case var _ when rest.IsEmpty:
                    return new SmtpStep(input.Length, SmtpAction.None);
                case State.Data:
                    if (_data.Read(rest.Length <= Slice ? rest : rest.Slice(0, Slice), out used))
                        EndData(replies);
                    else if (_data.Fault != SmtpDataFault.None)
                        File = null;
                    else if (_data.Held >= options.SpoolThreshold)
                        _state = State.Spooling;
                    break;
                default:
                    if (!ReadCommand(rest, scratch, replies, out used))
                    {
                        _inLine = true;
                        return new SmtpStep(input.Length - rest.Length + used, SmtpAction.None);
                    }

                    _inLine = _lines.IsDiscarding;
                    break;
            }

            rest = rest.Slice(used);
            switch (_state)
            {
                case State.Delivering:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.Deliver);
                case State.Authenticating:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.Authenticate);
                case State.Spooling:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.Spool);
                case State.StartingTls:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.StartTls);
            }
        }
    }

    /// <summary>
    /// Reports that TLS is on: after STARTTLS, or before the greeting if TLS is on from the first byte. The session forgets
    /// everything known from the peer, including its EHLO (RFC 3207, 4.2), but not its errors.
    /// </summary>
    /// <param name="tls">The protocol version and cipher, for <see cref="SmtpMessage.Tls"/>.</param>
    public void Secured(string tls)
    {
        _commands.Secured(tls);
        if (_state == State.StartingTls)
            _state = State.Command;
    }

    /// <summary>Returns the octets to append to the file. Their room goes with them.</summary>
    /// <param name="file">The file of the message from now on.</param>
    public ReadOnlySequence<byte> TakeBlock(SmtpSpoolFile file)
    {
        File = file;
        return _data.TakeBlock();
    }

    /// <summary>
    /// Reports that the block is in the file. Returns false and does nothing if the file is not the one of the message.
    /// </summary>
    public bool Spooled(SmtpSpoolFile file)
    {
        if (_state != State.Spooling || File != file)
            return false;
        _state = State.Data;
        return true;
    }

    /// <summary>
    /// Reports that the disk failed: the message is read to its end and gets 452. Returns false and does nothing if the file is
    /// not the one of the message.
    /// </summary>
    public bool NotSpooled(SmtpSpoolFile file)
    {
        if (!Spooled(file))
            return false;
        _data.RunOutOfRoom();
        File = null;
        return true;
    }

    /// <summary>Reports that the message is stored. Returns false and does nothing if the message is not the pending one.</summary>
    public bool Complete(SmtpStored stored, IBufferWriter<byte> replies)
    {
        if (!IsPending(stored.Id))
            return false;
        _commands.Stored();
        Answer(replies, SmtpReply.Stored, SmtpOutcome.Answered);
        return true;
    }

    /// <summary>
    /// Reports that the message is not stored. Returns false and does nothing if the message is not the pending one.
    /// </summary>
    public bool Complete(SmtpNotStored notStored, IBufferWriter<byte> replies)
    {
        if (!IsPending(notStored.Id))
            return false;
        Answer(replies, notStored.Permanent ? SmtpReply.NotStoredEver : SmtpReply.NotStored, _commands.NotStored());
        return true;
    }

    /// <summary>
    /// Reports that the delivering actor has not answered within <see cref="SmtpOptions.DeliveryTimeout"/>, or has stopped. A
    /// later answer to this message will be ignored. Returns false and does nothing if the message is not the pending one.
    /// </summary>
    public bool DeliveryTimedOut(string id, IBufferWriter<byte> replies)
    {
        if (!IsPending(id))
            return false;
        Answer(replies, SmtpReply.NotStored, _commands.NotStored());
        return true;
    }

    /// <summary>
    /// Reports that the password is the user's. Returns false and does nothing if the question is not the pending one.
    /// </summary>
    public bool Complete(SmtpAuthenticated authenticated, IBufferWriter<byte> replies) =>
        IsPendingLogin(authenticated.Id) && Answer(_commands.Authenticated(replies), replies);

    /// <summary>
    /// Reports that the peer is not authenticated. Returns false and does nothing if the question is not the pending one.
    /// </summary>
    public bool Complete(SmtpNotAuthenticated refused, IBufferWriter<byte> replies) =>
        IsPendingLogin(refused.Id)
        && Answer(
            refused.Temporary ? _commands.AuthNotPossible(replies) : _commands.NotAuthenticated(replies),
            replies
        );

    /// <summary>
    /// Reports that the receiver shuts down: sends 421 4.3.2 immediately, or after the reply to the message that is being
    /// delivered. A message that is still arriving is dropped, and its sender keeps it.
    /// </summary>
    public void ShutDown(IBufferWriter<byte> replies)
    {
        _shutDownAsked = true;
        if (_state != State.Delivering)
            End(SmtpEnd.ShuttingDown, replies);
    }

    /// <summary>Reports that the peer was too slow: sends 421 4.4.2. A message that is still arriving is dropped.</summary>
    public void TimeOut(IBufferWriter<byte> replies) => End(SmtpEnd.TimedOut, replies);

    private bool IsPending(string id) =>
        _state == State.Delivering && string.Equals(Pending!.Id, id, StringComparison.Ordinal);

    private bool IsPendingLogin(string id) =>
        _state == State.Authenticating && string.Equals(Login!.Id, id, StringComparison.Ordinal);

    private bool Answer(SmtpOutcome outcome, IBufferWriter<byte> replies)
    {
        _state = State.Command;
        Continue(outcome, replies);
        return true;
    }

    private void Answer(IBufferWriter<byte> replies, ReadOnlySpan<byte> reply, SmtpOutcome outcome)
    {
        Pending = null;
        _commands.Clear();
        _state = State.Command;
        replies.Write(reply);
        if (_shutDownAsked)
            End(SmtpEnd.ShuttingDown, replies);
        else
            Continue(outcome, replies);
    }

    /// <summary>Reads one line and answers it. Returns false if there is no complete line yet.</summary>
    private bool ReadCommand(
        in ReadOnlySequence<byte> input,
        Span<byte> scratch,
        IBufferWriter<byte> replies,
        out long used
    )
    {
        Span<byte> beginning = stackalloc byte[5];
        beginning = beginning[..(int)Math.Min(input.Length, beginning.Length)];
        input.Slice(0, beginning.Length).CopyTo(beginning);
        if (!_lines.IsDiscarding && beginning[0] == TlsHandshake)
        {
            // The session ends immediately, not at the end of the line: a peer that speaks TLS waits for a reply to its record.
            used = 0;
            End(SmtpEnd.UnexpectedTls, replies);
            return true;
        }

        int limit = _commands.MaxLengthOf(beginning);
        if (limit > scratch.Length)
            scratch = input.IsSingleSegment ? [] : new byte[limit];
        switch (_lines.Read(input, scratch, limit, out ReadOnlySpan<byte> line, out used))
        {
            case SmtpLineVerdict.Line:
                Lines++;
                Continue(_commands.Execute(line, replies), replies);
                return true;
            case SmtpLineVerdict.TooLong:
                Continue(_commands.RefuseLongLine(replies), replies);
                return true;
            case SmtpLineVerdict.Endless:
                End(SmtpEnd.EndlessLine, replies);
                return true;
            case SmtpLineVerdict.Discarded:
                Lines++;
                return true;
            default:
                return false;
        }
    }

    private void Continue(SmtpOutcome outcome, IBufferWriter<byte> replies)
    {
        switch (outcome)
        {
            case SmtpOutcome.Data:
                _state = State.Data;
                break;
            case SmtpOutcome.StartTls:
                _state = State.StartingTls;
                break;
            case SmtpOutcome.Authenticate:
                _state = State.Authenticating;
                break;
            case SmtpOutcome.TooManyAuthFailures:
                End(SmtpEnd.TooManyAuthFailures, replies);
                break;
            case SmtpOutcome.Quit:
                End(SmtpEnd.Quit, replies);
                break;
            case SmtpOutcome.TooManyErrors:
                End(SmtpEnd.TooManyErrors, replies);
                break;
        }
    }

    private void EndData(IBufferWriter<byte> replies)
    {
        SmtpDataFault fault = _data.Fault;
        SmtpSpoolFile? file = File;
        File = null;
        if (fault == SmtpDataFault.None)
        {
            Pending = _commands.Finish(_data.Take(file));
            _state = State.Delivering;
            return;
        }

        _data.Reset();
        _commands.Clear();
        _state = State.Command;
        replies.Write(
            fault switch
            {
                SmtpDataFault.BareLineEnd => SmtpReply.BareLineEnd,
                SmtpDataFault.NoRoom => SmtpReply.NoRoom,
                SmtpDataFault.LineTooLong => SmtpReply.TextLineTooLong,
                _ => SmtpReply.TooBig,
            }
        );
        Continue(_commands.NotStored(), replies);
    }

    private void End(SmtpEnd end, IBufferWriter<byte> replies)
    {
        if (_state == State.Ended)
            return;
        // Between the reply to STARTTLS and TLS no reply can be sent: the peer would read it as part of the handshake.
        if (_state != State.StartingTls)
            SmtpReply.Goodbye(replies, options.HostName, end);
        Ended = end;
        _state = State.Ended;
        Abandon();
    }

    /// <summary>
    /// Drops the arriving message and gives the room of its octets in memory back. Called when the connection has ended, too.
    /// </summary>
    public void Abandon()
    {
        _commands.Clear();
        _data.Reset();
        File = null;
    }
}
