using System;
using System.Net;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>One peer of a run: what it sends, how it ends, and what must have become of it.</summary>
internal sealed class Talk
{
    private static readonly PeerScript Script = new()
    {
        Longest = 6000,
        ReadsSlowly = 0.2,
        LongestPause = 20_000,
        Resets = 0.2,
    };

    private readonly byte[] _sent;
    private readonly EndPoint _remote;

    internal Talk(SimulatedPeer peer, EndPoint remote, SeededRandom random)
    {
        Peer = peer;
        _remote = remote;
        (_sent, Resets) = Script.Give(peer, random);
    }

    internal SimulatedPeer Peer { get; }

    /// <summary>It ends with a reset.</summary>
    internal bool Resets { get; }

    /// <summary>Nothing more happens to it, as far as its protocol says.</summary>
    internal bool IsOver(Ledger ledger)
    {
        ledger.Accounts.TryGetValue(_remote, out Account? account);
        return Peer.Refused || (Peer.Ended && account is null or { Ends.Count: > 0 }) || IsHanging;
    }

    // Its connect is never answered: nothing will ever happen.
    private bool IsHanging => Peer is { Connected: false, Refused: false };

    /// <summary>What is not as it must be, or null.</summary>
    internal string? Complaint(Ledger ledger, bool networkResets)
    {
        if (!ledger.Accounts.TryGetValue(_remote, out Account? account))
        {
            // One that is reset at once may fail while it is still being made.
            return Peer.Connected && !networkResets && !Resets ? "its connection never reached a protocol" : null;
        }

        byte[] received = account.Received.ToArray();
        if (!_sent.AsSpan().StartsWith(received))
        {
            return $"the protocol received {received.Length} bytes that are not the first of those sent";
        }

        if (!received.AsSpan().StartsWith(Peer.Received.Span))
        {
            return $"{Peer.Received.Length} bytes came back that are not the first of those received";
        }

        if (account.Ends.Count != 1)
        {
            return $"{account.Ends.Count} times Closed: {string.Join(", ", account.Ends)}";
        }

        if (account.Answered != account.Written || account.OutOfOrder)
        {
            return $"{account.Answered} of {account.Written} writes were answered, in order: {!account.OutOfOrder}";
        }

        if (networkResets)
        {
            return account.Ends[0] is CloseReason.Reset or CloseReason.Requested
                ? null
                : $"closed as {account.Ends[0]}";
        }

        CloseReason expected = Resets ? CloseReason.Reset : CloseReason.Requested;
        if (account.Ends[0] != expected)
        {
            return $"closed as {account.Ends[0]} instead of {expected}";
        }

        return !Resets && Peer.Received.Length != _sent.Length
            ? $"{Peer.Received.Length} of {_sent.Length} bytes came back"
            : null;
    }
}
