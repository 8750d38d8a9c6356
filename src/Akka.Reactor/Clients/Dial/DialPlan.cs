using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Clients.Dial;

/// <summary>
/// Which address is tried when, and what came of each. A plain state machine: it is told the time, in milliseconds of the
/// loop's clock, and how attempts went; whoever drives it makes the sockets.
/// </summary>
internal sealed class DialPlan
{
    private readonly Queue<EndPoint> _addresses;
    private readonly List<Attempt> _open = [];
    private readonly List<AddressFailure> _failures = [];
    private readonly bool _staggered;
    private readonly long _stagger;
    private readonly long _until;
    private long _nextAt;

    /// <param name="addresses">In the resolver's order.</param>
    /// <param name="order">One at a time, or several side by side.</param>
    /// <param name="stagger">Milliseconds after which another is tried beside those that have not answered.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="until">When all of it must be done; <see cref="Deadline.Never"/>: there is no such time.</param>
    internal DialPlan(IReadOnlyList<EndPoint> addresses, ConnectOrder order, long stagger, long now, long until)
    {
        _staggered = order == ConnectOrder.HappyEyeballs;
        _addresses = new Queue<EndPoint>(_staggered ? Interleave(addresses) : addresses);
        _stagger = stagger;
        _nextAt = now;
        _until = until;
    }

    /// <summary>What failed so far, in that order.</summary>
    internal IReadOnlyList<AddressFailure> Failures => _failures;

    /// <summary>Nothing is under way, and nothing is left to try.</summary>
    internal bool IsExhausted => _open.Count == 0 && _addresses.Count == 0;

    /// <summary>When there is something to do though nobody has answered; <see cref="Deadline.Never"/>: not at all.</summary>
    internal long NextAt
    {
        get
        {
            long next = _staggered && _addresses.Count > 0 ? _nextAt : Deadline.Never;
            foreach (Attempt attempt in _open)
            {
                next = Math.Min(next, Math.Min(attempt.Until, attempt.AgainAt));
            }

            return next;
        }
    }

    /// <summary>The attempt that is to be made now: a new one, or one that was put off; null for the time being.</summary>
    internal Attempt? Begin(long now)
    {
        if (_open.Find(attempt => attempt.AgainAt <= now) is { } again)
        {
            again.AgainAt = Deadline.Never;
            return again;
        }

        if ((_open.Count > 0 && !(_staggered && now >= _nextAt)) || !_addresses.TryDequeue(out EndPoint? address))
        {
            return null;
        }

        _nextAt = now + _stagger;
        Attempt begun = new(address) { Until = ShareOf(now) };
        _open.Add(begun);
        return begun;
    }

    /// <summary>Attempts whose time is over; the plan still counts them as open.</summary>
    internal IReadOnlyList<Attempt> Expired(long now) => _open.FindAll(attempt => attempt.Until <= now);

    /// <summary>It could not even begin yet: once more at that time.</summary>
    internal static void PutOff(Attempt attempt, long until) => attempt.AgainAt = until;

    /// <summary>An attempt failed; another may begin at once, while there is time.</summary>
    internal void Fail(Attempt attempt, ReactorException reason, long now)
    {
        _open.Remove(attempt);
        _failures.Add(new AddressFailure(attempt.Address, reason));
        _nextAt = now;
        if (now >= _until)
        {
            // They would be asked, and not waited for.
            _addresses.Clear();
        }
    }

    // Side by side, each may take all the time there is.
    private long ShareOf(long now) =>
        _until == Deadline.Never ? Deadline.Never
        : _staggered ? _until
        : now + (Math.Max(0, _until - now) / (_addresses.Count + 1));

    // The family of the first address comes first, then the families take turns.
    private static IEnumerable<EndPoint> Interleave(IReadOnlyList<EndPoint> addresses)
    {
        ILookup<bool, EndPoint> families = addresses.ToLookup(address =>
            address.AddressFamily == addresses[0].AddressFamily
        );
        using IEnumerator<EndPoint> first = families[true].GetEnumerator();
        using IEnumerator<EndPoint> others = families[false].GetEnumerator();
        bool more = true;
        while (more)
        {
            more = false;
            foreach (IEnumerator<EndPoint> family in (IEnumerator<EndPoint>[])[first, others])
            {
                if (family.MoveNext())
                {
                    more = true;
                    yield return family.Current;
                }
            }
        }
    }

    /// <summary>One address being tried.</summary>
    internal sealed class Attempt(EndPoint address)
    {
        internal EndPoint Address { get; } = address;

        /// <summary>When it has failed for want of an answer.</summary>
        internal long Until { get; init; }

        /// <summary>Why it was put off; null: for want of room, or it was not.</summary>
        internal ReactorException? PutOffFor { get; set; }

        /// <summary>When it is to be begun once more.</summary>
        internal long AgainAt { get; set; } = Deadline.Never;

        /// <summary>What its driver connects with; null while it is put off.</summary>
        internal ConnectingSocket? Socket { get; set; }
    }
}
