using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>Owns a client session as its actor will: keeps what was not consumed, and offers it again with more.</summary>
internal sealed class SmtpClientDialogue(
    SmtpSenderOptions? options = null,
    bool isSecure = false,
    bool canStartTls = true
)
{
    private readonly ArrayBufferWriter<byte> _commands = new();
    private byte[] _rest = [];

    public SmtpClientSession Session { get; } =
        new(options ?? new SmtpSenderOptions { StartTls = SmtpStartTls.Never }, "me.test", isSecure, canStartTls);

    public List<SmtpClientAction> Actions { get; } = [];

    public SmtpSendResult? Result { get; private set; }

    /// <summary>Octets that the session has not consumed.</summary>
    public int Kept => _rest.Length;

    public static SmtpSend Message(params string[] recipients) =>
        new()
        {
            Id = "m1",
            ReversePath = "a@b.test",
            Recipients = recipients.Length > 0 ? recipients : ["c@d.test"],
            Content = () => new MemoryStream([.. "hello\r\n"u8]),
        };

    /// <summary>The server says the text; returns the commands that follow.</summary>
    public string Hear(string text) => Hear(Encoding.UTF8.GetBytes(text));

    public string Hear(ReadOnlySpan<byte> octets)
    {
        _rest = [.. _rest, .. octets];
        while (true)
        {
            SmtpClientStep step = Session.Receive(new ReadOnlySequence<byte>(_rest), _commands);
            _rest = _rest[(int)step.Consumed..];
            Result = Session.TakeResult() ?? Result;
            if (step.Action != SmtpClientAction.None)
                Actions.Add(step.Action);
            if (step.Consumed == 0 || step.Action is SmtpClientAction.StartTls or SmtpClientAction.Close)
                return TakeCommands();
        }
    }

    /// <summary>Brings the session to where it is idle, and drops the commands.</summary>
    public SmtpClientDialogue Greeted(params string[] extensions)
    {
        Hear("220 mx.test\r\n" + Ehlo(extensions));
        return this;
    }

    public static string Ehlo(params string[] extensions)
    {
        string[] lines = ["mx.test hello", .. extensions];
        StringBuilder reply = new();
        for (int at = 0; at < lines.Length; at++)
            reply.Append("250").Append(at < lines.Length - 1 ? '-' : ' ').Append(lines[at]).Append("\r\n");
        return reply.ToString();
    }

    public string Do(Action<SmtpClientSession, IBufferWriter<byte>> act)
    {
        act(Session, _commands);
        Result = Session.TakeResult() ?? Result;
        return TakeCommands();
    }

    public string Send(SmtpSend message) => Do((session, commands) => session.Send(message, commands));

    private string TakeCommands()
    {
        string commands = Encoding.UTF8.GetString(_commands.WrittenSpan);
        _commands.Clear();
        return commands;
    }
}
