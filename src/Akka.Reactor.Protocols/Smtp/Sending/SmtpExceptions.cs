using System;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The session with an SMTP server ended for a reason of the protocol. This class itself means that the server refused the connection,
/// EHLO or HELO, or ended the session with 421; the derived classes name other reasons.
/// </summary>
public class SmtpException : ReactorException
{
    internal SmtpException(string message, SmtpServerReply? reply)
        : base(reply is null ? $"{message}." : $"{message}: {reply}")
    {
        Reply = reply;
    }

    /// <summary>The reply of the server; null if there is none.</summary>
    public SmtpServerReply? Reply { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass { get; } = FailureClass.Named("smtp");
}

/// <summary>
/// TLS is required (<see cref="SmtpStartTls.Required"/>), and the server does not offer STARTTLS or has refused it. Nothing was sent in
/// the clear but EHLO, STARTTLS and QUIT.
/// </summary>
public sealed class SmtpTlsException : SmtpException
{
    internal SmtpTlsException(string message, SmtpServerReply? reply = null)
        : base(message, reply) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass { get; } = FailureClass.Named("smtp-tls");
}

/// <summary>
/// The server has refused the user name and password, does not offer a mechanism for them, or TLS is not on. The exception does not
/// contain them.
/// </summary>
public sealed class SmtpAuthException : SmtpException
{
    internal SmtpAuthException(string message, SmtpServerReply? reply = null)
        : base(message, reply) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass { get; } = FailureClass.Named("smtp-authentication");
}

/// <summary>A message needs an extension that the server does not offer. The session continues.</summary>
public sealed class SmtpExtensionException : ReactorException
{
    internal SmtpExtensionException(string extension)
        : base($"The message needs {extension}, which the server does not offer.")
    {
        Extension = extension;
    }

    /// <summary>The keyword of the extension, such as <c>SMTPUTF8</c>.</summary>
    public string Extension { get; }
}

/// <summary>A message is larger than the server accepts. The session continues.</summary>
public sealed class SmtpMessageTooLargeException : ReactorException
{
    internal SmtpMessageTooLargeException(long size, long limit)
        : base($"The message has {size} octets; the server accepts at most {limit}.")
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>The size of the message in octets.</summary>
    public long Size { get; }

    /// <summary>The limit of the server in octets.</summary>
    public long Limit { get; }
}

/// <summary>More messages wait than <see cref="SmtpSenderOptions.QueueLimit"/> allows.</summary>
public sealed class SmtpQueueFullException : ReactorException
{
    internal SmtpQueueFullException(int limit)
        : base($"{limit} messages wait to be sent already.")
    {
        Limit = limit;
    }

    /// <summary>The limit.</summary>
    public int Limit { get; }
}

/// <summary>The server did not reply in time.</summary>
public sealed class SmtpReplyTimeoutException : TimeoutExceededException
{
    internal SmtpReplyTimeoutException(TimeSpan timeout)
        : base($"The server did not reply within {timeout.TotalSeconds:0.###} s.", timeout) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass { get; } = FailureClass.Named("smtp");
}
