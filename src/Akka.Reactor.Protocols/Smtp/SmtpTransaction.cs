using System;
using System.Collections.Generic;
using System.Net;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The mail transaction between MAIL and the end of data (RFC 5321, 3.3): its reverse path and recipients.</summary>
internal sealed class SmtpTransaction(SmtpRoom room)
{
    // The octets of memory that a recipient takes in addition to two for each octet of its address.
    private const int PerRecipient = 64;

    private long _taken;
    private string? _reversePath;
    private SmtpBody _body;
    private List<string> _recipients = [];

    /// <summary>Whether addresses may have characters other than ASCII.</summary>
    public bool IsUtf8 { get; private set; }

    public bool IsOpen => _reversePath is not null;

    public int Recipients => _recipients.Count;

    /// <summary>The announced number of content octets; 0 if none was announced.</summary>
    public ulong Size { get; private set; }

    public void Open(string reversePath, in SmtpParameters parameters)
    {
        _reversePath = reversePath;
        _body = parameters.Body ?? SmtpBody.SevenBit;
        Size = parameters.Size ?? 0;
        IsUtf8 = parameters.Utf8;
    }

    /// <summary>
    /// Adds a recipient. Returns false and adds nothing if there is no room: a thousand recipients take half a megabyte.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> recipient)
    {
        long cost = PerRecipient + (2L * recipient.Length);
        if (!room.TryTake(cost))
            return false;
        _taken += cost;
        _recipients.Add(Encoding.UTF8.GetString(recipient));
        return true;
    }

    /// <summary>Forgets the envelope, and gives back the room that its recipients, or those of the last message, take.</summary>
    public void Clear()
    {
        room.Give(_taken);
        _taken = 0;
        _reversePath = null;
        _recipients.Clear();
    }

    /// <summary>
    /// Makes the message and ends the transaction. The message gets the list of recipients, and the list takes its room until
    /// <see cref="Clear"/>.
    /// </summary>
    public SmtpMessage Finish(
        string helo,
        bool extended,
        EndPoint? remoteEndPoint,
        string? tls,
        string? userName,
        SmtpContent content
    )
    {
        var message = new SmtpMessage
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Helo = helo,
            Extended = extended,
            RemoteEndPoint = remoteEndPoint,
            Tls = tls,
            UserName = userName,
            ReversePath = _reversePath!,
            Recipients = _recipients.AsReadOnly(),
            Body = _body,
            SmtpUtf8 = IsUtf8,
            Content = content,
        };
        _recipients = [];
        _reversePath = null;
        return message;
    }
}
