using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Reactor.Layers.Proxies;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>Plays what a proxy answers to a handshake, in given pieces, and says what became of it.</summary>
internal static class Dialogue
{
    internal const string Proxy = "192.0.2.1:1080";

    internal static Outcome Play(ProxyHandshake handshake, params byte[][] pieces)
    {
        List<byte> sent = [.. handshake.Begin().Span];
        long used = 0;
        foreach (byte[] piece in pieces)
        {
            sent.AddRange(handshake.Receive(new ReadOnlySequence<byte>(piece), out long usedNow).Span);
            used += usedNow;
        }

        return new Outcome(
            Convert.ToHexString([.. sent]),
            handshake.IsOpen,
            handshake.Failure?.GetType(),
            handshake.Failure?.Message,
            used
        );
    }

    /// <summary>As <see cref="Play"/>, of a proxy that answers a request when it has it: no piece holds two answers.</summary>
    internal static Outcome PlayInTurn(Func<ProxyHandshake> create, params byte[][] pieces)
    {
        HashSet<int> ends = [.. EndsOfAnswers(create(), [.. pieces.SelectMany(piece => piece)])];
        List<byte[]> turns = [];
        int position = 0;
        foreach (byte[] piece in pieces)
        {
            int begin = 0;
            for (int at = 1; at < piece.Length; at++)
            {
                if (ends.Contains(position + at))
                {
                    turns.Add(piece[begin..at]);
                    begin = at;
                }
            }

            turns.Add(piece[begin..]);
            position += piece.Length;
        }

        return Play(create(), [.. turns]);
    }

    /// <summary>The same answers as large as may be, byte by byte, and cut at every place: each must end alike.</summary>
    internal static Outcome PlayEveryWay(Func<ProxyHandshake> create, byte[] answers)
    {
        Outcome whole = PlayInTurn(create, answers);
        Assert.Equal(whole, Play(create(), [.. answers.Select(value => new[] { value })]));
        for (int cut = 0; cut <= answers.Length; cut++)
        {
            Assert.Equal(whole, PlayInTurn(create, answers[..cut], answers[cut..]));
        }

        return whole;
    }

    // How many bytes there are when the handshake has something to send.
    private static IEnumerable<int> EndsOfAnswers(ProxyHandshake handshake, byte[] bytes)
    {
        handshake.Begin();
        for (int at = 0; at < bytes.Length; at++)
        {
            ReadOnlySequence<byte> one = new(bytes, at, 1);
            if (!handshake.Receive(one, out _).IsEmpty)
            {
                yield return at + 1;
            }
        }
    }

    internal static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    internal static string HexOf(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}

/// <param name="Sent">Everything that was sent to the proxy, in hexadecimal.</param>
/// <param name="IsOpen">Whether the way is open.</param>
/// <param name="Failure">What failed.</param>
/// <param name="Message">And how that is told.</param>
/// <param name="Used">How many of the proxy's bytes were of the dialogue.</param>
internal sealed record Outcome(string Sent, bool IsOpen, Type? Failure, string? Message, long Used);
