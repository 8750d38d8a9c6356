using System.Net;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Asks the authenticator whether a user name and a password belong together (RFC 4954). The authenticator answers its sender with
/// <see cref="SmtpAuthenticated"/> or <see cref="SmtpNotAuthenticated"/>, at any time within <see cref="SmtpOptions.AuthTimeout"/>.
/// Until then the peer waits, and other connections do not. The text of this message contains neither the user name nor the password.
/// </summary>
public sealed record SmtpAuthenticate : INoSerializationVerificationNeeded
{
    /// <summary>Identifies this question in the answer and in logs: 32 lower-case hexadecimal digits, unique.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The user name, as the peer gave it: at least 1 character, of any characters except NUL. It is not verified. Peers sometimes
    /// confuse it with the password, so do not log it before it is known to be a user's.
    /// </summary>
    public required string UserName { get; init; }

    /// <summary>The password: at least 1 character, of any characters except NUL.</summary>
    public required string Password { get; init; }

    /// <summary>The peer's address; null if the transport has none.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Returns the <see cref="Id"/>, without the user name and the password.</summary>
    public override string ToString() => $"SmtpAuthenticate {Id}";
}

/// <summary>The authenticator's answer that the password is the user's. The peer gets 235 2.7.0.</summary>
/// <param name="Id">
/// The <see cref="SmtpAuthenticate.Id"/> of the question. An answer to any question other than the pending one is ignored.
/// </param>
public sealed record SmtpAuthenticated(string Id);

/// <summary>The authenticator's answer that the peer is not authenticated.</summary>
/// <param name="Id">
/// The <see cref="SmtpAuthenticate.Id"/> of the question. An answer to any question other than the pending one is ignored.
/// </param>
/// <param name="Explanation">The reason, for the log. It is never sent to the peer, and must not contain the password.</param>
/// <param name="Temporary">
/// False: the peer gets 535 5.7.8, and the attempt counts for <see cref="SmtpOptions.AuthFailureLimit"/>. True: the peer gets
/// 454 4.7.0 and may try the same password again.
/// </param>
public sealed record SmtpNotAuthenticated(string Id, string Explanation, bool Temporary = false);
