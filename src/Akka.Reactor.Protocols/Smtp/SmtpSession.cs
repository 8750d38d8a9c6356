using System;
using System.Buffers;
using System.Net;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The receiver's side of one SMTP connection (RFC 5321) as a pure state machine: octets and events in; replies,
/// consumed octets and one <see cref="SmtpAction"/> out. It knows no clock, no socket and no TLS. Not thread-safe.
/// <para>
/// The owner greets first (<see cref="Greet"/>), then gives input to <see cref="Receive"/>. Replies of a pipelined batch
/// gather in the buffer it passes, to leave in one send. After every other call it offers the input it still has again,
/// be it empty.
/// </para>
/// </summary>
/// <param name="options">What it accepts.</param>
/// <param name="room">What it shares with other sessions.</param>
/// <param name="remoteEndPoint">The peer, for <see cref="SmtpMessage.RemoteEndPoint"/>.</param>
/// <param name="canStartTls">Whether the connection has a certificate.</param>
internal sealed class SmtpSession(SmtpOptions options, SmtpRoom room, EndPoint? remoteEndPoint, bool canStartTls)
{
    // Octets of a message that are looked at in one go: so many may come on top of SpoolThreshold.
    private const int Slice = 64 * 1024;

    // No command begins with it; a TLS record of a handshake does.
    private const byte TlsHandshake = 0x16;

    private readonly SmtpLineReader _lines = new();
    private readonly SmtpDataDecoder _data = new(
        options.MaxMessageSize,
        options.MaxTextLineLength,
        options.Strict,
        room
    );
    private readonly SmtpCommands _commands = new(options, room, remoteEndPoint, canStartTls);
    private State _state = State.Command;
    private bool _shutDownAsked;
    private bool _inLine;

    private enum State
    {
        Command,
        Data,

        /// <summary>A part of a message goes to its file: what follows waits.</summary>
        Spooling,

        /// <summary>A message is with the delivering actor: pipelined input waits.</summary>
        Delivering,

        /// <summary>STARTTLS is answered: no further octet is looked at until TLS is on.</summary>
        StartingTls,
        Ended,
    }

    /// <summary>The message handed over and not answered yet.</summary>
    public SmtpMessage? Pending { get; private set; }

    /// <summary>Whether a message is with the delivering actor.</summary>
    public bool IsDelivering => _state == State.Delivering;

    /// <summary>Why the session ended; <see cref="SmtpEnd.None"/> while it lives.</summary>
    public SmtpEnd Ended { get; private set; }

    /// <summary>What it waits for.</summary>
    public SmtpWait Wait =>
        _state switch
        {
            State.Command => _inLine ? SmtpWait.Line : SmtpWait.Command,
            State.Data => SmtpWait.Data,
            _ => SmtpWait.Nothing,
        };

    /// <summary>How many command lines came to their end.</summary>
    public long Lines { get; private set; }

    /// <summary>
    /// The file of the message that is arriving. Null when it has none, when it has come to nothing, and when it is complete:
    /// then the file is the content's.
    /// </summary>
    public SmtpSpoolFile? File { get; private set; }

    /// <summary>Octets of message content in memory at the moment.</summary>
    internal long Held => _data.Held;

    /// <summary>Writes the greeting. Once, when the connection is there (with TLS from the first byte: when it is on).</summary>
    public void Greet(IBufferWriter<byte> replies) => SmtpReply.Greeting(replies, options.HostName);

    /// <summary>
    /// Takes in commands and data as far as it can, and stops right behind STARTTLS, behind the end of a message that is
    /// to be delivered, and at the end of the session.
    /// </summary>
    /// <param name="input">All octets not consumed so far.</param>
    /// <param name="replies">Where the replies go, in the order of the commands.</param>
    public SmtpStep Receive(in ReadOnlySequence<byte> input, IBufferWriter<byte> replies)
    {
        Span<byte> scratch = stackalloc byte[SmtpLineReader.MaxLength];
        ReadOnlySequence<byte> rest = input;
        _inLine = _lines.IsDiscarding;
        while (true)
        {
            long used;
            switch (_state)
            {
                case State.Ended:
                    return new SmtpStep(input.Length, SmtpAction.Close);
                case State.Delivering or State.StartingTls or State.Spooling:
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
                case State.Spooling:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.Spool);
                case State.StartingTls:
                    return new SmtpStep(input.Length - rest.Length, SmtpAction.StartTls);
            }
        }
    }

    /// <summary>
    /// TLS is on: after STARTTLS, or before the greeting where it is on from the first byte. Everything known from the
    /// peer is forgotten, its EHLO too (RFC 3207, 4.2); its errors are not.
    /// </summary>
    /// <param name="tls">Protocol version and cipher, for <see cref="SmtpMessage.Tls"/>.</param>
    public void Secured(string tls)
    {
        _commands.Secured(tls);
        if (_state == State.StartingTls)
            _state = State.Command;
    }

    /// <summary>What is to be written behind what the file has already; its room goes with it.</summary>
    /// <param name="file">The file that the message has from now on.</param>
    public ReadOnlySequence<byte> TakeBlock(SmtpSpoolFile file)
    {
        File = file;
        return _data.TakeBlock();
    }

    /// <summary>The block is in the file. False, and nothing happens, when that is not the message's.</summary>
    public bool Spooled(SmtpSpoolFile file)
    {
        if (_state != State.Spooling || File != file)
            return false;
        _state = State.Data;
        return true;
    }

    /// <summary>The disk failed: the message is read to its end and gets 452. False when the file is not the message's.</summary>
    public bool NotSpooled(SmtpSpoolFile file)
    {
        if (!Spooled(file))
            return false;
        _data.RunOutOfRoom();
        File = null;
        return true;
    }

    /// <summary>The message is stored. False, and nothing happens, when it is not the one pending.</summary>
    public bool Complete(SmtpStored stored, IBufferWriter<byte> replies)
    {
        if (!IsPending(stored.Id))
            return false;
        _commands.Stored();
        Answer(replies, SmtpReply.Stored, SmtpOutcome.Answered);
        return true;
    }

    /// <summary>The message is not stored. False, and nothing happens, when it is not the one pending.</summary>
    public bool Complete(SmtpNotStored notStored, IBufferWriter<byte> replies)
    {
        if (!IsPending(notStored.Id))
            return false;
        Answer(replies, notStored.Permanent ? SmtpReply.NotStoredEver : SmtpReply.NotStored, _commands.NotStored());
        return true;
    }

    /// <summary>
    /// The delivering actor did not answer within <see cref="SmtpOptions.DeliveryTimeout"/>, or died. Its answer to this
    /// message will be ignored should it still come. False when that message is not the one pending.
    /// </summary>
    public bool DeliveryTimedOut(string id, IBufferWriter<byte> replies)
    {
        if (!IsPending(id))
            return false;
        Answer(replies, SmtpReply.NotStored, _commands.NotStored());
        return true;
    }

    /// <summary>
    /// The receiver shuts down: 421 4.3.2 at once, or behind the answer to the message that is being delivered. A message
    /// that is still arriving is dropped, and its sender keeps it.
    /// </summary>
    public void ShutDown(IBufferWriter<byte> replies)
    {
        _shutDownAsked = true;
        if (_state != State.Delivering)
            End(SmtpEnd.ShuttingDown, replies);
    }

    /// <summary>The peer was too slow: 421 4.4.2. A message that is still arriving is dropped.</summary>
    public void TimeOut(IBufferWriter<byte> replies) => End(SmtpEnd.TimedOut, replies);

    private bool IsPending(string id) =>
        _state == State.Delivering && string.Equals(Pending!.Id, id, StringComparison.Ordinal);

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

    /// <summary>Reads one line and answers it; false when there is none yet.</summary>
    private bool ReadCommand(
        in ReadOnlySequence<byte> input,
        Span<byte> scratch,
        IBufferWriter<byte> replies,
        out long used
    )
    {
        if (!_lines.IsDiscarding && FirstOctet(input) == TlsHandshake)
        {
            // At once, not at the line's end: whoever speaks TLS to us waits for an answer to its record.
            used = 0;
            End(SmtpEnd.UnexpectedTls, replies);
            return true;
        }

        switch (_lines.Read(input, scratch, out ReadOnlySpan<byte> line, out used))
        {
            case SmtpLineVerdict.Line:
                Lines++;
                Continue(_commands.Execute(line, replies), replies);
                return true;
            case SmtpLineVerdict.TooLong:
                Continue(_commands.Refuse(replies, SmtpReply.LineTooLong), replies);
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
            case SmtpOutcome.Quit:
                End(SmtpEnd.Quit, replies);
                break;
            case SmtpOutcome.TooManyErrors:
                End(SmtpEnd.TooManyErrors, replies);
                break;
        }
    }

    private static byte FirstOctet(in ReadOnlySequence<byte> input)
    {
        foreach (ReadOnlyMemory<byte> segment in input)
        {
            if (!segment.IsEmpty)
                return segment.Span[0];
        }

        return 0;
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
        // Between the answer to STARTTLS and TLS nothing can be said: it would be read as part of the handshake.
        if (_state != State.StartingTls)
            SmtpReply.Goodbye(replies, options.HostName, end);
        Ended = end;
        _state = State.Ended;
        Abandon();
    }

    /// <summary>The connection is no more: what is arriving is dropped, and its room given back.</summary>
    public void Abandon()
    {
        _commands.Clear();
        _data.Reset();
        File = null;
    }
}
