using System.Runtime.InteropServices;

namespace Akka.Reactor.Protocols;

/// <summary>The next action of a session's owner, after it has sent the replies gathered so far.</summary>
internal enum SmtpAction
{
    /// <summary>Do nothing now. Call the session again with more input, or with the event for which the session waits.</summary>
    None,

    /// <summary>Hand over <see cref="SmtpSession.Pending"/>, and report the answer to the session.</summary>
    Deliver,

    /// <summary>
    /// Append <see cref="SmtpSession.TakeBlock"/> to the message's file, and report the result with
    /// <see cref="SmtpSession.Spooled"/> or <see cref="SmtpSession.NotSpooled"/>.
    /// </summary>
    Spool,

    /// <summary>
    /// Start TLS after the reply, refuse all input that is not consumed, then call <see cref="SmtpSession.Secured"/>.
    /// </summary>
    StartTls,

    /// <summary>Ask the authenticator <see cref="SmtpSession.Login"/>, and report the answer to the session.</summary>
    Authenticate,

    /// <summary>Close the connection after the reply. <see cref="SmtpSession.Ended"/> holds the reason.</summary>
    Close,
}

/// <summary>The result of giving input to a session.</summary>
/// <param name="Consumed">The number of octets used. Offer the rest again, together with the input that follows it.</param>
/// <param name="Action">The next action of the owner.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpStep(long Consumed, SmtpAction Action);

/// <summary>The reason for which a session ended, for the log and for the connection's close reason.</summary>
internal enum SmtpEnd
{
    /// <summary>The session has not ended.</summary>
    None,

    /// <summary>The peer sent QUIT.</summary>
    Quit,

    /// <summary>The number of the peer's refused commands reached <see cref="SmtpOptions.ErrorLimit"/>.</summary>
    TooManyErrors,

    /// <summary>The number of wrong passwords reached <see cref="SmtpOptions.AuthFailureLimit"/>.</summary>
    TooManyAuthFailures,

    /// <summary>A command line was longer than <see cref="SmtpLineReader.MaxDiscarded"/> octets.</summary>
    EndlessLine,

    /// <summary>The peer sent a TLS record where a command was expected.</summary>
    UnexpectedTls,

    /// <summary>The peer was too slow; see <see cref="SmtpDeadline"/>.</summary>
    TimedOut,

    /// <summary>The receiver is shutting down.</summary>
    ShuttingDown,
}
