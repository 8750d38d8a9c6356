using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Reactor.Layers.Proxies;
using Akka.Reactor.Tests.Buffers;
using Akka.Reactor.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>
/// What holds of every handshake for any bytes whatever, of which FsCheck makes many: pure noise, and right answers of which
/// some bytes were changed, left out or doubled, so that they come far.
/// </summary>
public sealed class ProxyHandshakePropertySpec
{
    private static readonly byte[][] Socks5Answers =
    [
        Dialogue.Hex("0500 05000001 7F000001 0438"),
        Dialogue.Hex("0502 0100 05000004 20010DB8000000000000000000000007 FFFF"),
        Dialogue.Hex("0502 0100 05000003 03 612E62 0050"),
        Dialogue.Hex("0502 0101"),
        Dialogue.Hex("0500 05050001 00000000 0000"),
    ];

    private static readonly byte[][] HttpAnswers =
    [
        Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\n"),
        Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nVia: x\r\n y\r\n\r\n"),
        Encoding.ASCII.GetBytes("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n"),
        Encoding.ASCII.GetBytes("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"),
    ];

    private static readonly ProxyTarget Target = new("mail.example", 25);
    private static readonly ProxyCredentials Alice = new("alice", "s3cret");

    public static TheoryData<string> Protocols => ["socks5", "http"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void No_bytes_crash_it_and_no_segmentation_changes_how_it_ends(string protocol) =>
        Check(
            protocol,
            (bytes, seed) =>
            {
                Outcome whole = Dialogue.PlayInTurn(() => Create(protocol), bytes);
                return whole == Dialogue.PlayInTurn(() => Create(protocol), Pieces(bytes, new Random(seed)));
            }
        );

    [Theory]
    [MemberData(nameof(Protocols))]
    public void It_is_open_or_failed_or_has_used_everything_and_waits(string protocol) =>
        Check(
            protocol,
            (bytes, _) =>
            {
                ProxyHandshake handshake = Create(protocol);
                Outcome outcome = Dialogue.Play(handshake, bytes);
                bool over = outcome.IsOpen || outcome.Failure is not null;
                return !(outcome.IsOpen && outcome.Failure is not null)
                    && (over || outcome.Used == bytes.Length)
                    && handshake.Received == outcome.Used
                    && outcome.Used <= (protocol == "http" ? HttpConnectHandshake.Limit + 1 : 2 + 2 + 262);
            }
        );

    [Fact]
    public void The_right_answers_come_to_their_ends()
    {
        // Against properties that hold because nothing ever gets far.
        Assert.Equal(
            [true, true, true, false, false],
            Socks5Answers.Select(bytes => Dialogue.PlayInTurn(() => Create("socks5"), bytes).IsOpen)
        );
        Assert.Equal(
            [true, true, false, false],
            HttpAnswers.Select(bytes => Dialogue.Play(Create("http"), bytes).IsOpen)
        );
    }

    private static void Check(string protocol, Func<byte[], int, bool> holds)
    {
        Gen<byte[]> noise = ArbMap.Default.GeneratorFor<byte[]>();
        Gen<int> seeds = Gen.Choose(0, int.MaxValue - 1);
        byte[][] answers = protocol == "http" ? HttpAnswers : Socks5Answers;
        Gen<byte[]> damaged =
            from answer in Gen.Elements(answers)
            from seed in seeds
            select Damaged(answer, new Random(seed));
        Gen<(byte[] Bytes, int Seed)> cases =
            from bytes in Gen.Frequency((1, noise), (4, damaged))
            from seed in seeds
            select (bytes, seed);
        Prop.ForAll(cases.ToArbitrary(), given => holds(given.Bytes, given.Seed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Scale(1_000, 100_000)));
    }

    private static byte[] Damaged(byte[] answer, Random random)
    {
        List<byte> bytes = [.. answer];
        for (int times = random.Next(3); times > 0 && bytes.Count > 0; times--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, bytes[at]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        // Something of the target's behind it.
        bytes.AddRange(Sequences.Bytes(random, random.Next(20)));
        return [.. bytes];
    }

    private static byte[][] Pieces(byte[] bytes, Random random)
    {
        List<byte[]> pieces = [];
        for (int at = 0; at < bytes.Length; )
        {
            int length = random.Next(0, bytes.Length - at + 1);
            pieces.Add(bytes[at..(at + length)]);
            at += length;
        }

        return [.. pieces];
    }

    private static ProxyHandshake Create(string protocol) =>
        protocol == "http"
            ? new HttpConnectHandshake(Dialogue.Proxy, Target, null)
            : new Socks5Handshake(Dialogue.Proxy, Target, Alice);
}
