namespace Akka.Reactor.Protocols;

/// <summary>
/// The delivering actor's answer that it has taken responsibility for a message: the message is on durable storage, or will be
/// delivered or reported as undeliverable (RFC 5321, 6.1). The peer gets 250 2.0.0 and forgets the message.
/// </summary>
/// <param name="Id">
/// The <see cref="SmtpMessage.Id"/> of the message. An answer for any message other than the pending one is ignored.
/// </param>
public sealed record SmtpStored(string Id);

/// <summary>The delivering actor's answer that it could not take a message.</summary>
/// <param name="Id">
/// The <see cref="SmtpMessage.Id"/> of the message. An answer for any message other than the pending one is ignored.
/// </param>
/// <param name="Explanation">The reason, for the log. It is never sent to the peer.</param>
/// <param name="Permanent">
/// False: the peer gets 451 4.3.0, keeps the message and tries again. True: the peer gets 554 5.3.0 and returns the message to
/// its author.
/// </param>
public sealed record SmtpNotStored(string Id, string Explanation, bool Permanent = false);
