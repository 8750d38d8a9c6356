using System;
using System.Buffers;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Tests.Transports;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>
/// Selectors are killed, and their engines fail, again and again while 1,000 connections are in the middle of a transfer
/// (AKKA_REACTOR_SOAK=1; fewer without): nobody is reset, and no byte is lost.
/// </summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")]
public sealed class SelectorCrashSpec(ITestOutputHelper output)
{
    private const int PieceSize = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Soak.Scale(60, 400));
    private static readonly int Crashes = Soak.Scale(40, 400);

    public static TheoryData<string> EnginesHere => [.. EngineSystem.Engines];

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task Crash_after_crash_resets_no_transfer_and_loses_no_byte(string engine)
    {
        // Both ends are in this process, and select knows 1,024 descriptors, of which others may have left some open: with too
        // many, accepting would wait for room for ever.
        int transfers = Math.Min(Soak.Scale(200, 1000), engine is "select" ? 150 : int.MaxValue);
        FailingPlatform platform = new(engine);
        using ActorSystem system = platform.CreateSystem(
            "crashes",
            "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + TestSettings.TwoLoops
        );
        Bound bound = await system.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using CancellationTokenSource deadline = new(Patience);
        using SemaphoreSlim started = new(0);
        using CancellationTokenSource enough = new();
        Task<long>[] all =
        [
            .. Enumerable
                .Range(0, transfers)
                .Select(seed => Transfer(bound, seed, started, enough.Token, deadline.Token)),
        ];
        for (int i = 0; i < transfers; i++)
        {
            await started.WaitAsync(deadline.Token);
        }

        Random random = new(5);
        for (int crash = 0; crash < Crashes; crash++)
        {
            if (random.Next(2) == 0)
            {
                system.ActorSelection($"/system/reactor-selectors/selector-{random.Next(2)}").Tell(Kill.Instance);
            }
            else
            {
                platform.FailNextWait = new InvalidOperationException("broken on request");
            }

            await Pause.For(TimeSpan.FromMilliseconds(10), "transfers go on between two crashes", deadline.Token);
        }

        await enough.CancelAsync();
        long[] transferred = await Task.WhenAll(all);
        output.WriteLine(
            $"{transfers} transfers of {transferred.Sum() / (1024 * 1024)} MiB in all, {platform.Engines} engines"
        );
        Assert.InRange(platform.Engines, Crashes / 4, Crashes + 2);
        await system.Terminate().WaitAsync(Patience);
    }

    // Sends until it is enough, then finishes; everything must have come back, and then the end. A reset is an exception.
    private static async Task<long> Transfer(
        Bound bound,
        int seed,
        SemaphoreSlim started,
        CancellationToken enough,
        CancellationToken deadline
    )
    {
        using Peer peer = await Peer.ConnectTo(bound);
        using IncrementalHash sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IncrementalHash received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long sentBytes = 0;
        Task sending = Task.Run(
            async () =>
            {
                Random random = new(seed);
                byte[] piece = new byte[PieceSize];
                do
                {
                    random.NextBytes(piece);
                    sent.AppendData(piece);
                    sentBytes += piece.Length;
                    await SendAll(peer, piece, deadline);

                    // So that all are under way for as long as there are crashes, and two processors can do it.
                    await Pause.For(
                        TimeSpan.FromMilliseconds(random.Next(Soak.Scale(60, 300))),
                        "a transfer that lasts for as long as there are crashes",
                        deadline
                    );
                } while (!enough.IsCancellationRequested);

                peer.Finish();
            },
            deadline
        );
        byte[] buffer = new byte[PieceSize];
        long receivedBytes = 0;
        int count;
        while ((count = await peer.Socket.ReceiveAsync(buffer, deadline)) > 0)
        {
            if (receivedBytes == 0)
            {
                started.Release();
            }

            received.AppendData(buffer, 0, count);
            receivedBytes += count;
        }

        await sending;
        Assert.Equal(sentBytes, receivedBytes);
        Assert.Equal(sent.GetHashAndReset(), received.GetHashAndReset());
        return receivedBytes;
    }

    private static async Task SendAll(Peer peer, ReadOnlyMemory<byte> bytes, CancellationToken deadline)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await peer.Socket.SendAsync(bytes, deadline)..];
        }
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
