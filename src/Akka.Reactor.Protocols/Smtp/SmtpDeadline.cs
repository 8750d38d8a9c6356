using System;

namespace Akka.Reactor.Protocols;

/// <summary>The input for which a session waits.</summary>
internal enum SmtpWait
{
    /// <summary>
    /// The session does not wait for the peer, but for the delivering actor, for TLS, for a disk, or for the connection's end.
    /// </summary>
    Nothing,

    /// <summary>The first octet of a command.</summary>
    Command,

    /// <summary>The rest of a command.</summary>
    Line,

    /// <summary>The octets of a message.</summary>
    Data,
}

/// <summary>
/// Computes the time by which the peer must continue. Pure: the owner reports the input for which the session waits and the
/// current time, and asks at <see cref="Due"/> whether the peer is late. Time during which the session does not wait for the
/// peer never counts.
/// </summary>
internal sealed class SmtpDeadline
{
    // The session ends with a reply this long before the connection's idle timeout, which would end it without a reply.
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _commandTimeout;
    private readonly TimeSpan _lineTimeout;
    private readonly TimeSpan _blockTimeout;
    private readonly TimeSpan _window;
    private readonly double _leastInWindow;
    private SmtpWait _wait;
    private long _lines;
    private long _octets;

    // The state of a message. `_message` is the number of the command line that began it, `_lastOctets` the time at which its
    // last octets came, `_windowEnd` the time of the next rate check, and `_octetsBefore` the octet count at the start of the
    // current window.
    private long _message = -1;
    private TimeSpan _lastOctets;
    private TimeSpan _windowEnd;
    private long _octetsBefore;
    private TimeSpan _pausedAt;

    /// <param name="options">The timeouts.</param>
    /// <param name="idleTimeout">The connection's idle timeout; zero or negative if it has none.</param>
    public SmtpDeadline(SmtpOptions options, TimeSpan idleTimeout)
    {
        _commandTimeout = Before(idleTimeout, options.CommandTimeout);
        _lineTimeout = options.LineTimeout;
        _blockTimeout = Before(idleTimeout, options.DataTimeout);
        _window = options.DataTimeout;
        _leastInWindow = Math.Max(1, options.MinDataRate * _window.TotalSeconds);
    }

    /// <summary>The time at which to ask whether the peer is late; null while the session does not wait for the peer.</summary>
    public TimeSpan? Due { get; private set; }

    /// <param name="wait">The input for which the session waits now.</param>
    /// <param name="lines">The number of command lines read so far.</param>
    /// <param name="octets">The number of octets used so far.</param>
    /// <param name="now">The current time.</param>
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
                // The timeout is for the whole line: another octet does not extend it.
                Due = now + _lineTimeout;
                break;
            case SmtpWait.Data when lines == _message && isNew:
                // The session has waited for a disk in the middle of the message. No new window begins: otherwise octets that
                // come one by one, and are written one by one, would each get a window of their own.
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

    /// <summary>
    /// Returns whether the peer is late. If it is not late at <see cref="Due"/>, <see cref="Due"/> moves to a later time.
    /// </summary>
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
