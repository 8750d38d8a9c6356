using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor.Protocols;

/// <summary>The mail transaction between MAIL and the end of data (RFC 5321, 3.3): its reverse path and recipients.</summary>
internal sealed class SmtpTransaction
{
    private string? _reversePath;
    private SmtpBody _body;
    private List<string> _recipients = [];

    public bool IsOpen => _reversePath is not null;

    public int Recipients => _recipients.Count;

    public void Open(string reversePath, SmtpBody body)
    {
        _reversePath = reversePath;
        _body = body;
    }

    public void Add(string recipient) => _recipients.Add(recipient);

    public void Clear()
    {
        _reversePath = null;
        _recipients.Clear();
    }

    /// <summary>Makes the message and ends the transaction. The list of recipients goes with the message.</summary>
    public SmtpMessage Finish(
        string helo,
        bool extended,
        EndPoint? remoteEndPoint,
        string? tls,
        ReadOnlySequence<byte> content
    )
    {
        var message = new SmtpMessage
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Helo = helo,
            Extended = extended,
            RemoteEndPoint = remoteEndPoint,
            Tls = tls,
            ReversePath = _reversePath!,
            Recipients = _recipients.AsReadOnly(),
            Body = _body,
            Content = content,
        };
        _recipients = [];
        Clear();
        return message;
    }
}
