using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>Holds what was seen of a connection against what is promised.</summary>
internal static class ConnectionModel
{
    /// <summary>What is not as it must be, or null.</summary>
    /// <param name="plan">What was to happen, and what was seen.</param>
    /// <param name="peer">The other end.</param>
    /// <param name="networkResets">Whether the network may have reset the connection.</param>
    internal static string? Complaint(ConnectionPlan plan, SimulatedPeer peer, bool networkResets)
    {
        bool resets = networkResets || plan.Manner == Manner.Resets;
        bool cut = resets || plan.AbortTold || plan.Manner == Manner.NeverReads;
        if (!plan.Connected)
        {
            return peer.Connected && !resets ? "its connection never reached an owner" : null;
        }

        return plan.Broken
            ?? End(plan, resets)
            ?? Answers(plan, cut)
            ?? Stream(plan, peer, cut)
            ?? Received(plan, resets);
    }

    private static string? End(ConnectionPlan plan, bool resets)
    {
        if (plan.Terminations != 1)
        {
            return $"the watcher was told {plan.Terminations} times that the transport is gone";
        }

        List<CloseReason> last = plan.Unmet.Count > 0 ? plan.Unmet : plan.Owners[^1].Ends;
        if (plan.Owners.Any(owner => owner.Ends.Count > 1) || last.Count > 1 || (last.Count == 0 && !plan.OwnerStopped))
        {
            return $"times Closed, by owner: {string.Join(", ", plan.Owners.Select(owner => owner.Ends.Count))}, then {plan.Unmet.Count}";
        }

        CloseReason[] allowed = [.. Allowed(plan, resets)];
        return last is [var reason] && !allowed.Contains(reason)
            ? $"closed as {reason}, allowed is {string.Join(", ", allowed)}"
            : null;
    }

    private static IEnumerable<CloseReason> Allowed(ConnectionPlan plan, bool resets)
    {
        if (plan.CloseTold)
        {
            yield return CloseReason.Requested;
        }

        if (plan.CloseWriteTold && plan.PeerFinished)
        {
            yield return CloseReason.PeerFinished;
        }

        if (plan.AbortTold)
        {
            yield return CloseReason.Aborted;
        }

        if (resets)
        {
            yield return CloseReason.Reset;
        }

        if (plan.Manner == Manner.NeverReads)
        {
            yield return CloseReason.TimedOut;
        }
    }

    private static string? Answers(ConnectionPlan plan, bool cut)
    {
        foreach (WriteRecord write in plan.Writes)
        {
            bool owed =
                (write.WantsAck || write.AfterEnd)
                && write.Loss != Loss.Allowed
                && !(cut && write.Loss == Loss.WhenCut);
            if (write.Answers.Count > 1 || (owed && write.Answers.Count == 0))
            {
                return $"{write} was answered {write.Answers.Count} times";
            }

            if (write.Was(Answer.Acknowledged) && (!write.WantsAck || write.AfterEnd))
            {
                return $"{write} was acknowledged";
            }

            if (write.AfterEnd && (write.Was(Answer.Refused) || write.Was(Answer.TooLarge)))
            {
                return $"{write} was refused for lack of room";
            }
        }

        return null;
    }

    private static string? Stream(ConnectionPlan plan, SimulatedPeer peer, bool cut)
    {
        if (StreamModel.Complaint(peer.Received.Span, plan.Writes, cut) is { } complaint)
        {
            return complaint;
        }

        for (int writer = PlannedOwner.FirstWriter; writer < WriteRecord.Writers; writer++)
        {
            WriteRecord[] writes = [.. plan.WritesOf(writer)];
            string? early = StreamModel.TooEarly(writes, cut);
            if (
                (
                    early
                    ?? (
                        plan.Resends && Array.TrueForAll(writes, write => write.IsExact)
                            ? StreamModel.HoleIn(writes, cut)
                            : null
                    )
                ) is
                { } hole
            )
            {
                return hole;
            }
        }

        return null;
    }

    private static string? Received(ConnectionPlan plan, bool resets)
    {
        byte[] received = plan.Received;
        if (!plan.Sent.AsSpan().StartsWith(received))
        {
            return $"the owners received {received.Length} bytes that are not the first of those sent";
        }

        bool wanted = plan.Ending is Ending.AfterPeer or Ending.CloseWrite;
        return wanted && !resets && plan.Manner != Manner.NeverReads && received.Length != plan.Sent.Length
            ? $"{received.Length} of {plan.Sent.Length} bytes were received"
            : null;
    }
}
