using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Clients.Dial;

/// <summary>
/// Decides when to try which address, and records the result of each attempt. A plain state machine: the caller passes the
/// time, in milliseconds of the loop's clock, and the results of the attempts, and makes the sockets.
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

    /// <param name="addresses">The addresses in the resolver's order.</param>
    /// <param name="order">One at a time, or several in parallel.</param>
    /// <param name="stagger">
    /// Milliseconds after which another address is tried in parallel with those that have not answered.
    /// </param>
    /// <param name="now">The time at which the plan begins.</param>
    /// <param name="until">The time at which the whole plan must be done; <see cref="Deadline.Never"/>: no limit.</param>
    internal DialPlan(IReadOnlyList<EndPoint> addresses, ConnectOrder order, long stagger, long now, long until)
    {
        _staggered = order == ConnectOrder.HappyEyeballs;
        _addresses = new Queue<EndPoint>(_staggered ? Interleave(addresses) : addresses);
        _stagger = stagger;
        _nextAt = now;
        _until = until;
    }

    /// <summary>The failures so far, in the order in which they happened.</summary>
    internal IReadOnlyList<AddressFailure> Failures => _failures;

    /// <summary>Whether no attempt is in progress and no address is left to try.</summary>
    internal bool IsExhausted => _open.Count == 0 && _addresses.Count == 0;

    /// <summary>
    /// The time at which there is something to do although no address has answered; <see cref="Deadline.Never"/>: there is
    /// none.
    /// </summary>
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

    /// <summary>
    /// Begins the attempt that is due, a new one or a postponed one, and returns it; returns null if none is due now.
    /// </summary>
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

    /// <summary>Returns the attempts whose time is over. The plan still counts them as open.</summary>
    internal IReadOnlyList<Attempt> Expired(long now) => _open.FindAll(attempt => attempt.Until <= now);

    /// <summary>Postpones an attempt that could not begin yet until the given time.</summary>
    internal static void PutOff(Attempt attempt, long until) => attempt.AgainAt = until;

    /// <summary>
    /// Records that an attempt has failed. Another attempt may begin immediately, unless the time for the whole plan is over.
    /// </summary>
    internal void Fail(Attempt attempt, ReactorException reason, long now)
    {
        _open.Remove(attempt);
        _failures.Add(new AddressFailure(attempt.Address, reason));
        _nextAt = now;
        if (now >= _until)
        {
            // Attempts to the other addresses would begin, but there is no time left to wait for their answers.
            _addresses.Clear();
        }
    }

    // In parallel, each attempt may take all the remaining time. One at a time, each one gets an equal share of it.
    private long ShareOf(long now) =>
        _until == Deadline.Never ? Deadline.Never
        : _staggered ? _until
        : now + (Math.Max(0, _until - now) / (_addresses.Count + 1));

    // The families take turns. The family of the first address begins.
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

    /// <summary>The attempt to connect to one address.</summary>
    internal sealed class Attempt(EndPoint address)
    {
        internal EndPoint Address { get; } = address;

        /// <summary>The time at which the attempt fails if there is no answer.</summary>
        internal long Until { get; init; }

        /// <summary>
        /// The shortage of descriptors for which the attempt was postponed; null if it was not postponed, or was postponed
        /// because of a full backlog.
        /// </summary>
        internal ReactorException? PutOffFor { get; set; }

        /// <summary>The time at which the postponed attempt is to begin again.</summary>
        internal long AgainAt { get; set; } = Deadline.Never;

        /// <summary>The socket that the caller connects with; null while the attempt is postponed.</summary>
        internal ConnectingSocket? Socket { get; set; }
    }
}
