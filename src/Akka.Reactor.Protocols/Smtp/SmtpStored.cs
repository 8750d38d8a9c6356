namespace Akka.Reactor.Protocols;

/// <summary>
/// The delivering actor's answer that it has taken responsibility for a message: it is on durable storage, or will be
/// delivered or reported as undeliverable (RFC 5321, 6.1). The sender is told 250 2.0.0 and forgets the message.
/// </summary>
/// <param name="Id">
/// <see cref="SmtpMessage.Id"/> of the message. An answer for any other than the one waited for is ignored.
/// </param>
public sealed record SmtpStored(string Id);

/// <summary>The delivering actor's answer that it could not take a message.</summary>
/// <param name="Id"><see cref="SmtpMessage.Id"/> of the message; an answer for any other is ignored.</param>
/// <param name="Explanation">Why, for the log. It is never sent to the peer.</param>
/// <param name="Permanent">
/// False: 451 4.3.0, the sender keeps the message and tries again. True: 554 5.3.0, it returns the message to its author.
/// </param>
public sealed record SmtpNotStored(string Id, string Explanation, bool Permanent = false);
