using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>Streams much larger than memory should have to know of.</summary>
[Collection(Alone.Name)]
public sealed class LargeStreamSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("reactor-stream").FullName;
    private readonly ITestOutputHelper _output;

    public LargeStreamSpec(ITestOutputHelper output)
        : base(TestSettings.TwoLoops, "large-stream", output)
    {
        _output = output;
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>1 GiB with the long tests, and 128 MiB without.</summary>
    [Theory]
    [InlineData("", "file")]
    [InlineData("", "sequence")]
    [InlineData("tls", "file")]
    [InlineData("tls", "sequence")]
    public async Task A_large_stream_to_a_slow_reader_costs_no_memory(string stack, string kind)
    {
        bool soak = Soak.IsOn;
        long size = (soak ? 1024L : 128L) << 20;
        byte[] block = RandomBytes(1 << 20);
        using IncrementalHash sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IncrementalHash received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string path = Path.Combine(_folder, "large");
        using (FileStream file = File.Create(path))
        {
            for (long written = 0; written < size; written += block.Length)
            {
                BitConverter.TryWriteBytes(block, written);
                sent.AppendData(block);
                await file.WriteAsync(block);
            }
        }

        (Peer peer, IActorRef protocol) = await Connect(stack);
        IWriteCommand write = kind == "file" ? new WriteFile(path, Ack: "sent") : new WriteFrom(Blocks(path), "sent");
        await peer.Send("x");
        ExpectMsg<Received>(Patience);
        long before = Settled();
        long most = 0;
        protocol.Tell(write);
        protocol.Tell(new Close());
        byte[] buffer = new byte[256 * 1024];
        long total = 0;
        while (true)
        {
            int count = await peer.ReceiveInto(buffer);
            if (count == 0)
            {
                break;
            }

            received.AppendData(buffer.AsSpan(0, count));
            long at = total / (32 << 20);
            total += count;
            if (total / (32 << 20) > at)
            {
                // A slow reader: everything in between is full now.
                await Pause.For(TimeSpan.FromMilliseconds(20), "a peer that reads slowly");
                most = Math.Max(most, Settled() - before);
            }
        }

        Assert.Equal(size, total);
        Assert.Equal(sent.GetHashAndReset(), received.GetHashAndReset());
        ExpectMsg("sent", Patience);
        _output.WriteLine($"{size >> 20} MiB: at most {most / 1024} KiB more were held");
        Assert.True(most < 32 << 20, $"{most} bytes more were held");
        peer.Dispose();
    }

    private static long Settled() => GC.GetTotalMemory(forceFullCollection: true);

    private static IEnumerable<ReadOnlyMemory<byte>> Blocks(string path)
    {
        byte[] block = new byte[100_000];
        using FileStream file = File.OpenRead(path);
        while (file.Read(block) is > 0 and int count)
        {
            yield return block.AsMemory(0, count);
        }
    }

    private async Task<(Peer Peer, IActorRef Protocol)> Connect(string stack)
    {
        Props props = Props.Create<RecordingProtocol>(TestActor);
        Bound bound = await StackedConnection.Bind(Sys, stack, props, ConnectionOptions.Default);
        Peer peer = await StackedConnection.Connect(bound, stack);
        ExpectMsg<Connected>(Patience);
        return (peer, LastSender);
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] data = new byte[count];
        Random.Shared.NextBytes(data);
        return data;
    }
}
