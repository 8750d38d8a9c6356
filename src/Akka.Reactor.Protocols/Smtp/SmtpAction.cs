using System.Runtime.InteropServices;

namespace Akka.Reactor.Protocols;

/// <summary>What the owner of a session does next, after sending the replies gathered so far.</summary>
internal enum SmtpAction
{
    /// <summary>Nothing: come back with more input, or with the event the session waits for.</summary>
    None,

    /// <summary>Hand over <see cref="SmtpSession.Pending"/>, and report the answer.</summary>
    Deliver,

    /// <summary>
    /// Write <see cref="SmtpSession.TakeBlock"/> to the end of the message's file, and report with
    /// <see cref="SmtpSession.Spooled"/> or <see cref="SmtpSession.NotSpooled"/>.
    /// </summary>
    Spool,

    /// <summary>
    /// Put TLS under the session behind the reply, refuse whatever input is not consumed, then call
    /// <see cref="SmtpSession.Secured"/>.
    /// </summary>
    StartTls,

    /// <summary>Close the connection behind the reply; <see cref="SmtpSession.Ended"/> says why.</summary>
    Close,
}

/// <summary>The outcome of giving a session input.</summary>
/// <param name="Consumed">Octets used; the rest is to be offered again, with what follows it.</param>
/// <param name="Action">What to do now.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpStep(long Consumed, SmtpAction Action);

/// <summary>Why a session ended, for the log and for the connection's close reason.</summary>
internal enum SmtpEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The peer said QUIT.</summary>
    Quit,

    /// <summary>The peer's refused commands reached <see cref="SmtpOptions.ErrorLimit"/>.</summary>
    TooManyErrors,

    /// <summary>A command line went on past <see cref="SmtpLineReader.MaxDiscarded"/>.</summary>
    EndlessLine,

    /// <summary>The peer sent a TLS record where a command was expected.</summary>
    UnexpectedTls,

    /// <summary>The peer was too slow; see <see cref="SmtpDeadline"/>.</summary>
    TimedOut,

    /// <summary>The receiver shuts down.</summary>
    ShuttingDown,
}
