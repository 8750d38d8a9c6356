namespace Akka.Reactor.Protocols;

/// <summary>
/// Counts the commands of a peer that lead to no stored message. Only a stored message resets the counts, so that no mixture of
/// commands can be repeated without end.
/// </summary>
internal sealed class SmtpTally(SmtpOptions options)
{
    private int _errors;
    private int _junk;

    /// <summary>Counts a refused command. Returns true if the session must end.</summary>
    public bool Error() => ++_errors >= options.ErrorLimit;

    /// <summary>
    /// Counts a command that is answered but does not advance a message. After too many such commands, each further one counts
    /// as an error. Returns true if the session must end.
    /// </summary>
    public bool Junk()
    {
        if (_junk >= options.JunkCommandLimit)
            return Error();
        _junk++;
        return false;
    }

    /// <summary>Resets the counts after a message was stored.</summary>
    public void Stored() => _errors = _junk = 0;
}
