using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Text;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>
/// Owns a session as its actor will: keeps what was not consumed, offers it again with more, and stores every message at
/// once unless told not to.
/// </summary>
internal sealed class SmtpDialogue
{
    public static readonly IPEndPoint Peer = new(IPAddress.Parse("192.0.2.7"), 40000);

    private readonly ArrayBufferWriter<byte> _replies = new();
    private byte[] _rest = [];

    public SmtpDialogue(
        SmtpOptions? options = null,
        bool storesAtOnce = true,
        bool canStartTls = false,
        SmtpSpool? spool = null,
        bool canAuthenticate = false
    )
    {
        options ??= new SmtpOptions { HostName = "mx.test" };
        Spool =
            spool ?? new SmtpSpool(options with { SpoolLimit = Math.Max(options.SpoolLimit, options.MaxMessageSize) });
        Session = new SmtpSession(options, Spool.Room, Peer, canStartTls, canAuthenticate);
        StoresAtOnce = storesAtOnce;
    }

    public SmtpSession Session { get; }

    public SmtpSpool Spool { get; }

    public bool StoresAtOnce { get; }

    public List<SmtpMessage> Messages { get; } = [];

    public List<SmtpAction> Actions { get; } = [];

    /// <summary>Octets the session has not consumed.</summary>
    public int Kept => _rest.Length;

    /// <summary>Segment size of the input; everything in one segment by default.</summary>
    public int SegmentSize { get; set; } = int.MaxValue;

    public static byte[] Octets(string latin1) => Encoding.Latin1.GetBytes(latin1);

    /// <summary>Sends the text (one char per octet) and returns the replies to it.</summary>
    public string Say(string text) => Say(Octets(text));

    public string Say(ReadOnlySpan<byte> octets)
    {
        _rest = [.. _rest, .. octets];
        Pump();
        return TakeReplies();
    }

    /// <summary>Says EHLO, and drops the answer.</summary>
    public SmtpDialogue Greeted()
    {
        Say("EHLO client.test\r\n");
        return this;
    }

    /// <summary>Brings the session to where data is expected, and drops the answers.</summary>
    public SmtpDialogue InData()
    {
        Say("EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
        return this;
    }

    public string Do(Action<SmtpSession, IBufferWriter<byte>> act)
    {
        act(Session, _replies);
        Pump();
        return TakeReplies();
    }

    private void Pump()
    {
        while (true)
        {
            SmtpStep step = Session.Receive(Segments.Of(_rest, SegmentSize), _replies);
            _rest = _rest[(int)step.Consumed..];
            if (step.Action == SmtpAction.None)
                return;
            if (step.Action == SmtpAction.Spool)
            {
                SmtpSpoolFile file = Session.File ?? new SmtpSpoolFile(Spool);
                file.Append(Session.TakeBlock(file)).Wait(TimeSpan.FromSeconds(20));
                Session.Spooled(file);
                continue;
            }

            Actions.Add(step.Action);
            if (step.Action == SmtpAction.Deliver)
            {
                Messages.Add(Session.Pending!);
                if (StoresAtOnce)
                    Session.Complete(new SmtpStored(Session.Pending!.Id), _replies);
            }

            if (step.Action != SmtpAction.Deliver)
                return;
        }
    }

    private string TakeReplies()
    {
        string replies = Encoding.ASCII.GetString(_replies.WrittenSpan);
        _replies.Clear();
        return replies;
    }
}
