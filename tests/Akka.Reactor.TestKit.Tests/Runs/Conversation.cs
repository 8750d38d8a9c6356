using System;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>The peer of a <see cref="MoodyServer"/>, and what must have become of both.</summary>
internal sealed class Conversation
{
    private static readonly PeerScript Script = new()
    {
        Longest = 8000,
        ReadsSlowly = 0.3,
        LongestPause = 40_000,
        Resets = 0.15,
    };

    private readonly byte[] _sent;
    private readonly bool _resets;

    internal Conversation(SimulatedPeer peer, SeededRandom random)
    {
        Peer = peer;
        (_sent, _resets) = Script.Give(peer, random);
    }

    internal SimulatedPeer Peer { get; }

    /// <summary>What is not as it must be, or null.</summary>
    internal string? Complaint(Moods moods, bool networkResets)
    {
        bool resets = _resets || networkResets;
        if (!moods.Connected)
        {
            return Peer.Connected && !resets ? "its connection never reached a protocol" : null;
        }

        if (moods.Broken is { } broken)
        {
            return broken;
        }

        byte[] received = moods.Received.ToArray();
        if (!_sent.AsSpan().StartsWith(received))
        {
            return $"the protocol received {received.Length} bytes that are not the first of those sent";
        }

        if (!moods.Data.AsSpan().StartsWith(Peer.Received.Span))
        {
            return $"{Peer.Received.Length} bytes arrived that are not the first of those written";
        }

        if (moods.Ending != Ending.CloseAndStop)
        {
            if (moods.Ends.Count != 1)
            {
                return $"{moods.Ends.Count} times Closed: {string.Join(", ", moods.Ends)}";
            }

            if (moods.Answered != moods.Written)
            {
                return $"{moods.Answered} of {moods.Written} writes were answered";
            }
        }

        return resets ? null
            : moods.Ending == Ending.Abort ? Expect(moods, CloseReason.Aborted)
            : Whole(moods);
    }

    // Nobody has cut it short.
    private string? Whole(Moods moods)
    {
        if (Peer.Received.Length != moods.Data.Length)
        {
            return $"{Peer.Received.Length} of {moods.Data.Length} bytes arrived";
        }

        if (moods.Ending == Ending.CloseAndStop)
        {
            return null;
        }

        if (moods.Acknowledged != moods.Data.Length)
        {
            return $"{moods.Acknowledged} of {moods.Data.Length} bytes were acknowledged";
        }

        if (moods.Ending != Ending.Close && moods.Received.Length != _sent.Length)
        {
            return $"{moods.Received.Length} of {_sent.Length} bytes were received";
        }

        // Both have finished, and nobody had to ask for the end.
        return moods.Ending is Ending.HalfClose or Ending.HalfCloseAfterAck && moods.Ends[0] == CloseReason.PeerFinished
            ? null
            : Expect(moods, CloseReason.Requested);
    }

    private static string? Expect(Moods moods, CloseReason reason) =>
        moods.Ends[0] == reason ? null : $"closed as {moods.Ends[0]} instead of {reason}";
}
