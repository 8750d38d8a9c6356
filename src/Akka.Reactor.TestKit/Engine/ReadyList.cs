using System.Collections.Generic;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>
/// The watches that may have something to report, as a kernel keeps them: a watch is added when its file has changed, and
/// removed when it has nothing to report. Reported watches move to the back, so that a short batch does not starve the
/// others.
/// </summary>
internal sealed class ReadyList
{
    private readonly List<Watch> _watches = [];
    private readonly List<Watch> _reported = [];

    internal bool Any
    {
        get
        {
            while (_watches.Count > 0 && _watches[^1].Readiness == Readiness.None)
            {
                _watches[^1].Listed = false;
                _watches.RemoveAt(_watches.Count - 1);
            }

            return _watches.Count > 0;
        }
    }

    internal void Add(Watch watch)
    {
        if (!watch.Listed)
        {
            watch.Listed = true;
            _watches.Add(watch);
        }
    }

    /// <summary>
    /// Adds the first watches that have something to report to <paramref name="found"/>, until it has
    /// <paramref name="atMost"/> entries.
    /// </summary>
    internal void Take(int atMost, List<(ulong Token, Readiness Readiness)> found)
    {
        int next = 0;
        for (; next < _watches.Count && found.Count < atMost; next++)
        {
            Watch watch = _watches[next];
            if (watch.Readiness is not Readiness.None and var readiness)
            {
                found.Add((watch.Token, readiness));
                _reported.Add(watch);
            }
            else
            {
                watch.Listed = false;
            }
        }

        _watches.RemoveRange(0, next);
        _watches.AddRange(_reported);
        _reported.Clear();
    }
}
