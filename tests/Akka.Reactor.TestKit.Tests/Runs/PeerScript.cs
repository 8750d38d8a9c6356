using System;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>What a peer of a run does, drawn from the run's seed: bytes in random cuts and with pauses, then FIN or a reset.</summary>
internal sealed record PeerScript
{
    /// <summary>Bytes it sends, at most, and not included.</summary>
    internal required int Longest { get; init; }

    /// <summary>How likely it reads slowly.</summary>
    internal required double ReadsSlowly { get; init; }

    /// <summary>Between two sends, in microseconds, at most.</summary>
    internal required long LongestPause { get; init; }

    /// <summary>How likely it ends with a reset.</summary>
    internal required double Resets { get; init; }

    /// <summary>Gives the peer its script; returns what it will send, and whether it ends with a reset.</summary>
    internal (byte[] Sent, bool Resets) Give(SimulatedPeer peer, SeededRandom random)
    {
        byte[] sent = new byte[random.Next(Longest)];
        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] = (byte)random.Next(256);
        }

        if (random.Chance(ReadsSlowly))
        {
            peer.ReadSlowly(1 + random.Next(500), TimeSpan.FromMilliseconds(1 + random.Next(20)));
        }

        int start = 0;
        while (start < sent.Length)
        {
            int count = Math.Min(sent.Length - start, 1 + random.Next(2000));
            peer.Send(sent.AsMemory(start, count));
            if (random.Chance(0.5))
            {
                peer.Pause(TimeSpan.FromMicroseconds(random.UpTo(LongestPause)));
            }

            start += count;
        }

        bool resets = random.Chance(Resets);
        if (resets)
        {
            peer.Reset();
        }
        else
        {
            peer.Finish();
        }

        return (sent, resets);
    }
}
