using System.Collections.Generic;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>
/// What may have something to report, as a kernel keeps it: a thing comes in when it changed, and leaves when it is found
/// to have nothing. What was reported goes to the back, so that nothing is starved by a short batch.
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

    /// <summary>Moves the first so many that have something to report into <paramref name="found"/>.</summary>
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
