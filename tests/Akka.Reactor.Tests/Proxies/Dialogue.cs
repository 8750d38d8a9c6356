using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Reactor.Proxies;
using Akka.Reactor.Tests.Buffers;
using Xunit;

namespace Akka.Reactor.Tests.Proxies;

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

    /// <summary>The same answers in one piece, byte by byte, and cut at every place: each must end alike.</summary>
    internal static Outcome PlayEveryWay(Func<ProxyHandshake> create, byte[] answers)
    {
        Outcome whole = Play(create(), answers);
        Assert.Equal(whole, Play(create(), [.. answers.Select(value => new[] { value })]));
        for (int cut = 0; cut <= answers.Length; cut++)
        {
            Assert.Equal(whole, Play(create(), answers[..cut], answers[cut..]));
            ReadOnlySequence<byte> linked = Sequences.Of(answers[..cut], answers[cut..]);
            ProxyHandshake handshake = create();
            string begun = Convert.ToHexString(handshake.Begin().Span);
            string answered = Convert.ToHexString(handshake.Receive(linked, out long used).Span);
            Assert.Equal((whole.Sent, whole.Used), (begun + answered, used));
        }

        return whole;
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
