namespace Akka.Reactor.Protocols;

/// <summary>
/// Counts what a peer does without bringing a message into storage. A stored message makes up for all of it; nothing else
/// does, so that no mixture of commands can be repeated without end.
/// </summary>
internal sealed class SmtpTally(SmtpOptions options)
{
    private int _errors;
    private int _junk;

    /// <summary>Counts a command that is refused. True when the session has to end.</summary>
    public bool Error() => ++_errors >= options.ErrorLimit;

    /// <summary>
    /// Counts a command that is answered and moves no message forward: an error, once there were too many of them. True
    /// when the session has to end.
    /// </summary>
    public bool Junk()
    {
        if (_junk >= options.JunkCommandLimit)
            return Error();
        _junk++;
        return false;
    }

    /// <summary>A message was stored.</summary>
    public void Stored() => _errors = _junk = 0;
}
