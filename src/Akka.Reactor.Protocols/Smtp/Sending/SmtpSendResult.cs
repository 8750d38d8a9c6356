using System.Collections.Generic;
using System.Linq;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>What has become of a message for one recipient.</summary>
public enum SmtpDelivery
{
    /// <summary>The server is responsible for the message now (RFC 5321, 6.1).</summary>
    Accepted,

    /// <summary>The server has refused it for good (5xx).</summary>
    Refused,

    /// <summary>The server has refused it for now (4xx): send it again later.</summary>
    Deferred,

    /// <summary>
    /// The server does not have it, for the reason in <see cref="SmtpSendResult.Failure"/>. It can be sent again without a risk.
    /// </summary>
    NotSent,

    /// <summary>
    /// The server got the whole message, and the connection ended before its reply. If it is sent again, it may arrive twice.
    /// </summary>
    Unknown,
}

/// <summary>What has become of a message for one recipient.</summary>
/// <param name="Recipient">The mailbox, as in <see cref="SmtpSend.Recipients"/>.</param>
/// <param name="Delivery">The result.</param>
/// <param name="Reply">The reply of the server that decided it; null if there is none.</param>
public sealed record SmtpRecipientResult(string Recipient, SmtpDelivery Delivery, SmtpServerReply? Reply);

/// <summary>Answers an <see cref="SmtpSend"/>.</summary>
/// <param name="Id">The <see cref="SmtpSend.Id"/> of the message.</param>
/// <param name="Recipients">One result for each recipient, in the order of <see cref="SmtpSend.Recipients"/>.</param>
/// <param name="Failure">
/// The reason for which the message was not sent, or for which its result is unknown; null if the server has decided for each
/// recipient.
/// </param>
public sealed record SmtpSendResult(
    string Id,
    IReadOnlyList<SmtpRecipientResult> Recipients,
    ReactorException? Failure = null
) : INoSerializationVerificationNeeded
{
    /// <summary>Whether the server is responsible for the message for all recipients.</summary>
    public bool IsAccepted => Recipients.All(recipient => recipient.Delivery == SmtpDelivery.Accepted);
}
