using System;

namespace Akka.Reactor.Protocols;

/// <summary>What a session waits for.</summary>
internal enum SmtpWait
{
    /// <summary>Not for the peer: for the delivering actor, for TLS, for a disk, or for the connection's end.</summary>
    Nothing,

    /// <summary>The first octet of a command.</summary>
    Command,

    /// <summary>The rest of a command.</summary>
    Line,

    /// <summary>The octets of a message.</summary>
    Data,
}

/// <summary>
/// Until when the peer has to go on. Pure: the owner says what the session waits for and what time it is, and asks at
/// <see cref="Due"/> whether the peer is late. Time in which the peer is not waited for never counts.
/// </summary>
internal sealed class SmtpDeadline
{
    // So much before the connection's idle timeout, which says nothing to the peer, the session ends with an answer.
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _commandTimeout;
    private readonly TimeSpan _lineTimeout;
    private readonly TimeSpan _blockTimeout;
    private readonly TimeSpan _window;
    private readonly double _leastInWindow;
    private SmtpWait _wait;
    private long _lines;
    private long _octets;

    // Of a message, which is named by the line that began it: when the last octets came, when the rate is looked at next, and
    // the octets of before that window.
    private long _message = -1;
    private TimeSpan _lastOctets;
    private TimeSpan _windowEnd;
    private long _octetsBefore;
    private TimeSpan _pausedAt;

    /// <param name="options">The timeouts.</param>
    /// <param name="idleTimeout">The connection's; not positive where it has none.</param>
    public SmtpDeadline(SmtpOptions options, TimeSpan idleTimeout)
    {
        _commandTimeout = Before(idleTimeout, options.CommandTimeout);
        _lineTimeout = options.LineTimeout;
        _blockTimeout = Before(idleTimeout, options.DataTimeout);
        _window = options.DataTimeout;
        _leastInWindow = Math.Max(1, options.MinDataRate * _window.TotalSeconds);
    }

    /// <summary>When to ask whether the peer is late; null while it is not waited for.</summary>
    public TimeSpan? Due { get; private set; }

    /// <param name="wait">What the session waits for now.</param>
    /// <param name="lines">How many command lines have been read.</param>
    /// <param name="octets">How many octets have been used.</param>
    /// <param name="now">The time.</param>
    public void Observe(SmtpWait wait, long lines, long octets, TimeSpan now)
    {
        bool isNew = wait != _wait || lines != _lines;
        switch (wait)
        {
            case SmtpWait.Nothing when isNew:
                _pausedAt = now;
                Due = null;
                break;
            case SmtpWait.Command when isNew:
                Due = now + _commandTimeout;
                break;
            case SmtpWait.Line when isNew:
                // Of the whole line: another octet does not extend it.
                Due = now + _lineTimeout;
                break;
            case SmtpWait.Data when lines == _message && isNew:
                // A disk was waited for in the middle of it. It begins nothing: else octets that come one by one, and are
                // written one by one, would each have a window of their own.
                _lastOctets += now - _pausedAt;
                _windowEnd += now - _pausedAt;
                SetDue();
                break;
            case SmtpWait.Data when isNew:
                _message = lines;
                _lastOctets = now;
                BeginWindow(octets, now);
                break;
            case SmtpWait.Data when octets != _octets:
                _lastOctets = now;
                SetDue();
                break;
        }

        (_wait, _lines, _octets) = (wait, lines, octets);
    }

    /// <summary>Whether the peer is late. False when it is not yet, and <see cref="Due"/> is later then.</summary>
    public bool IsLate(TimeSpan now)
    {
        if (Due is not { } due || now < due)
            return false;
        if (_wait != SmtpWait.Data || now >= _lastOctets + _blockTimeout)
            return true;
        if (_octets - _octetsBefore < _leastInWindow)
            return true;
        BeginWindow(_octets, now);
        return false;
    }

    private void BeginWindow(long octets, TimeSpan now)
    {
        _octetsBefore = octets;
        _windowEnd = now + _window;
        SetDue();
    }

    private void SetDue()
    {
        TimeSpan silence = _lastOctets + _blockTimeout;
        Due = silence < _windowEnd ? silence : _windowEnd;
    }

    private static TimeSpan Before(TimeSpan idleTimeout, TimeSpan timeout) =>
        idleTimeout > 2 * Lead && idleTimeout - Lead < timeout ? idleTimeout - Lead : timeout;
}
