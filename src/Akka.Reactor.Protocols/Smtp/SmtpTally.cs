namespace Akka.Reactor.Protocols;

/// <summary>Counts the peer's errors. A stored message makes up for them; nothing else does.</summary>
internal sealed class SmtpTally(SmtpOptions options)
{
    private int _errors;

    /// <summary>Counts a command that is refused. True when the session has to end.</summary>
    public bool Error() => ++_errors >= options.ErrorLimit;

    /// <summary>A message was stored.</summary>
    public void Stored() => _errors = 0;
}
