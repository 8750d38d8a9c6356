using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>
/// Many connections that suspend and resume at random, while their peers send at that very moment: none may fall silent.
/// AKKA_REACTOR_SOAK=1: 1,000 connections for 20 s.
/// </summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")]
public sealed class NapCrowdSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private const int MostSilentTicks = 20;

    public static TheoryData<string> Engines => [.. EngineSystem.SomeEngines];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task No_connection_is_silent_for_two_seconds_with_bytes_waiting(string engine)
    {
        // select cannot watch descriptors from 1,024 on; both ends are in this process, and so is what other tests have left.
        int count =
            engine == "select" ? 100
            : Soak.IsOn ? 1000
            : 300;
        await using EngineSystem system = new(engine, selectors: 2);
        ConcurrentDictionary<int, Line> lines = new();
        Line ByPort(int port) => lines.GetOrAdd(port, _ => new Line());
        Func<EndPoint, Line> byRemote = remote => ByPort(((IPEndPoint)remote).Port);
        Bound bound = await system.Bind(Props.Create(() => new RandomNapper(byRemote)), ConnectionOptions.Default);
        List<Line> all = [];
        for (int i = 0; i < count; i++)
        {
            Peer peer = await Peer.ConnectTo(bound);
            peer.Socket.Blocking = false;
            Line line = ByPort(((IPEndPoint)peer.Socket.LocalEndPoint!).Port);
            line.Begin(peer);
            all.Add(line);
        }

        await Eventually(() => all.TrueForAll(line => line.IsConnected), "A connection was not accepted.");
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(Soak.IsOn ? 20 : 3));
        Task sending = Task.Run(() => SendAtRandom(all, enough.Token));
        int longest = await Watch(all, enough.Token);
        await sending;
        output.WriteLine($"{all.Sum(l => l.Received)} bytes, {all.Sum(l => l.Naps)} naps, silent for {longest} ticks");
        Assert.All(all, line => Assert.Null(line.Wrong));
        Assert.True(longest <= MostSilentTicks, $"One was silent for {longest} ticks of {Tick} with bytes waiting.");
        Assert.True(all.Sum(line => line.Naps) > 2 * count, "They hardly suspended.");

        all.ForEach(line => line.Stop());
        await Eventually(() => all.TrueForAll(line => line.Received == line.Sent), "Bytes are missing.");
        Assert.All(all, line => Assert.Null(line.Wrong));
        all.ForEach(line => line.Peer!.Dispose());
    }

    private static async Task Eventually(Func<bool> condition, string otherwise)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, otherwise);
            await Pause.BetweenLooks();
        }
    }

    private static void SendAtRandom(List<Line> lines, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            for (int i = 0; i < 50; i++)
            {
                lines[Random.Shared.Next(lines.Count)].Send(1 + Random.Shared.Next(500));
            }

            Pause.Block(TimeSpan.FromMilliseconds(1), "a peer that sends now and then");
        }
    }

    // Counted in ticks of its own, which are as late as everything else when the machine is busy.
    private static async Task<int> Watch(List<Line> lines, CancellationToken enough)
    {
        Dictionary<Line, (long Received, int Silent)> seen = lines.ToDictionary(line => line, _ => (0L, 0));
        int longest = 0;
        while (!enough.IsCancellationRequested)
        {
            await Pause.For(Tick, "the silence of each line is measured");
            foreach (Line line in lines)
            {
                long received = line.Received;
                bool silent = !line.IsSuspended && received == seen[line].Received && received < line.Sent;
                seen[line] = (received, silent ? seen[line].Silent + 1 : 0);
                longest = Math.Max(longest, seen[line].Silent);
            }
        }

        return longest;
    }

    /// <summary>One connection, at both ends. The peer's socket is used by the protocol too, at the moments it chooses.</summary>
    private sealed class Line
    {
        private readonly Lock _gate = new();
        private long _sent;
        private long _received;
        private volatile bool _stopped;

        internal Peer? Peer { get; private set; }

        internal int Naps { get; set; }

        internal bool IsSuspended { get; set; }

        internal bool IsConnected { get; set; }

        internal bool IsStopped => _stopped;

        internal string? Wrong { get; set; }

        internal long Sent => Interlocked.Read(ref _sent);

        internal long Received => Interlocked.Read(ref _received);

        internal void Begin(Peer peer)
        {
            lock (_gate)
            {
                Peer = peer;
            }
        }

        /// <summary>Nothing more is sent.</summary>
        internal void Stop()
        {
            lock (_gate)
            {
                _stopped = true;
            }
        }

        internal void Send(int count)
        {
            lock (_gate)
            {
                if (Peer is null || _stopped)
                {
                    return;
                }

                Span<byte> data = stackalloc byte[count];
                for (int i = 0; i < count; i++)
                {
                    data[i] = At(_sent + i);
                }

                int sent = Peer.Socket.Send(data, SocketFlags.None, out SocketError error);
                if (error == SocketError.Success)
                {
                    Interlocked.Add(ref _sent, sent);
                }
            }
        }

        internal void Take(in ReadOnlySequence<byte> data)
        {
            foreach (ReadOnlyMemory<byte> part in data)
            {
                foreach (byte value in part.Span)
                {
                    if (value != At(_received))
                    {
                        Wrong ??= $"at {_received}";
                    }

                    Interlocked.Increment(ref _received);
                }
            }
        }

        private static byte At(long position) => (byte)((position * 7) + (position >> 8));
    }

    private sealed class RandomNapper(Func<EndPoint, Line> byRemote) : ProtocolActor
    {
        private Line _line = null!;
        private ConnectionTimer? _timer;
        private bool _naps;

        protected override void OnConnected()
        {
            _line = byRemote(Connection.Remote);
            _line.IsConnected = true;
            _timer = CreateTimer("turn");
            TurnLater();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            _line.Take(data);
            return data.Length;
        }

        protected override void OnMessage(object message)
        {
            SendPerhaps();
            _naps = !_naps;
            _line.IsSuspended = _naps;
            if (_naps)
            {
                _line.Naps++;
                SuspendReading();
            }
            else
            {
                ResumeReading();
            }

            SendPerhaps();
            TurnLater();
        }

        protected override void OnClosed(Closed closed)
        {
            _timer?.Stop();
            if (!_line.IsStopped)
            {
                _line.Wrong ??= $"{closed.Reason}: {closed.Cause}";
            }
        }

        // Some stay awake for so long that a lost resumption shows; and at the end all do.
        private void TurnLater()
        {
            int delay = !_naps && Random.Shared.Next(50) == 0 ? 3000 : 1 + Random.Shared.Next(120);
            if (_naps || !_line.IsStopped)
            {
                _timer!.Start(TimeSpan.FromMilliseconds(delay));
            }
        }

        private void SendPerhaps()
        {
            if (Random.Shared.Next(2) == 0)
            {
                _line.Send(1 + Random.Shared.Next(300));
            }
        }
    }
}
