using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Security.Authentication;
using System.Security.Cryptography;
using Akka.Reactor.Buffers;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsSessionTransferSpec
{
    private const int Size = 10 * 1024 * 1024;

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Ten_mebibytes_each_way_arrive_unchanged_however_they_are_cut(SslProtocols version)
    {
        const int Seed = 20_011;
        var random = new Random(Seed);
        using TlsPair pair = TlsPair.Connected(version);
        pair.Cut = bytes => RandomPieces(random, bytes, 100_000);
        byte[] up = RandomBytes(random);
        byte[] down = RandomBytes(random);
        var upPieces = new Queue<byte[]>(RandomPieces(random, up, 60_000));
        var downPieces = new Queue<byte[]>(RandomPieces(random, down, 60_000));

        while (upPieces.Count + downPieces.Count > 0)
        {
            WriteSome(pair.Client, upPieces, random);
            WriteSome(pair.Server, downPieces, random);
            pair.Exchange();
        }

        Assert.Equal(SHA256.HashData(up), SHA256.HashData(pair.ServerSink.Plaintext));
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(pair.ClientSink.Plaintext));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void One_large_write_arrives_in_one_blast(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);
        byte[] data = RandomBytes(new Random(7))[..(1 << 20)];

        pair.Client.WritePlaintext(new ReadOnlySequence<byte>(data));
        Assert.Single(pair.ClientSink.Ciphertext);
        pair.Exchange();

        Assert.Equal(SHA256.HashData(data), SHA256.HashData(pair.ServerSink.Plaintext));
    }

    [Fact]
    public void Small_segments_share_a_record()
    {
        using TlsPair pair = TlsPair.Connected();
        var head = new ByteSegment(new byte[] { 1 });
        ByteSegment tail = head;
        foreach (int i in Enumerable.Range(2, 99))
        {
            tail = tail.Append(new[] { (byte)i });
        }

        pair.Client.WritePlaintext(new ReadOnlySequence<byte>(head, 0, tail, 1));
        byte[] record = pair.ClientSink.TakeCiphertext();
        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(record));

        Assert.Equal(5 + 100 + 17, record.Length);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (byte)i), pair.ServerSink.Plaintext.ToArray());
    }

    [Fact]
    public void An_empty_write_sends_nothing()
    {
        using TlsPair pair = TlsPair.Connected();

        Assert.True(pair.Client.WritePlaintext(ReadOnlySequence<byte>.Empty));

        Assert.Empty(pair.ClientSink.Ciphertext);
    }

    [Fact]
    public void Plaintext_and_ciphertext_handed_out_are_never_written_again()
    {
        using TlsPair pair = TlsPair.Connected();
        var kept = new List<(ReadOnlySequence<byte> Data, byte[] Copy)>();
        void Keep(ReadOnlySequence<byte> data) => kept.Add((data, data.ToArray()));
        pair.ServerSink.WhenPlaintext = Keep;
        pair.ClientSink.WhenCiphertext = Keep;
        byte[] data = new byte[40_000];

        for (int i = 1; i <= 200; i++)
        {
            data.AsSpan().Fill((byte)i);
            pair.Client.WritePlaintext(new ReadOnlySequence<byte>(data, 0, i * 200));
            pair.Exchange();
        }

        Assert.True(kept.Count >= 400);
        Assert.All(kept, k => Assert.Equal(k.Copy, k.Data.ToArray()));
    }

    [Fact]
    public void An_echo_allocates_little_more_than_its_bytes()
    {
        var pair = new ForwardingPair();
        byte[] request = new byte[64];
        long allocated = long.MaxValue;

        // Outside the test runner's context, as on an event loop.
        InlineScope.Run(
            _ =>
            {
                Echo(pair, request, 200);
                long before = GC.GetAllocatedBytesForCurrentThread();
                Echo(pair, request, 1000);
                allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
            },
            0
        );

        // Both ways a plaintext array (24 + 64).
        Assert.InRange(allocated, 1, 176);
    }

    private static void Echo(ForwardingPair pair, byte[] request, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.True(pair.Client.WritePlaintext(new ReadOnlySequence<byte>(request)));
        }
    }

    private static void WriteSome(TlsSession engine, Queue<byte[]> pieces, Random random)
    {
        for (int i = random.Next(4); i >= 0 && pieces.TryDequeue(out byte[]? piece); i--)
        {
            Assert.True(engine.WritePlaintext(new ReadOnlySequence<byte>(piece)));
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[Size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[][] RandomPieces(Random random, byte[] bytes, int max)
    {
        var pieces = new List<byte[]>();
        for (int offset = 0; offset < bytes.Length; )
        {
            // Small and large pieces alike: the exponent is what is uniform.
            int size = Math.Min((int)Math.Pow(max, random.NextDouble()), bytes.Length - offset);
            pieces.Add(bytes[offset..(offset + size)]);
            offset += size;
        }

        return [.. pieces];
    }
}
