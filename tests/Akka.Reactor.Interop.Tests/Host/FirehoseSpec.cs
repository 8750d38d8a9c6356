using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A connection that sends and takes as much as it can, beside 1,000 that ask a little now and then.</summary>
[Trait("Engines", "all")]
public sealed class FirehoseSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Soak.Scale(3, 20));
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(50);
    private const int Rounds = 3;
    private const int Deadline = 20_000;

    public static TheoryData<string> EnginesHere => Engines.Here;

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task Of_1000_quiet_connections_on_one_selector_99_of_100_pings_are_answered_within_50_ms(string engine)
    {
        await using HostProcess host = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--engine",
            engine,
            "--selectors",
            "1"
        );
        int quiet = engine is "select" ? Engines.ConnectionsOfSelect : 1000;
        List<Socket> sockets = [];
        using Firehose firehose = new(host.EndPoint("echo"));
        try
        {
            for (int number = 0; number < quiet; number++)
            {
                sockets.Add(Connect(host.EndPoint("echo")));
                Ping(sockets[^1]);
            }

            firehose.Start();

            // A machine that others keep busy is slow now and then; that is not ours, and passes.
            TimeSpan best = TimeSpan.MaxValue;
            for (int round = 0; round < Rounds && best > Promised; round++)
            {
                long before = firehose.Received;
                List<TimeSpan> times = await PingAll(sockets);
                TimeSpan p99 = times[times.Count * 99 / 100];
                long mebibytes = (firehose.Received - before) / (1024 * 1024);
                output.WriteLine(
                    $"{times.Count} pings: p50 {times[times.Count / 2].TotalMilliseconds:F2} ms, "
                        + $"p99 {p99.TotalMilliseconds:F2} ms, slowest {times[^1].TotalMilliseconds:F2} ms; "
                        + $"{mebibytes / Duration.TotalSeconds:F0} MiB/s came back meanwhile"
                );
                Assert.True(mebibytes > 10, $"Only {mebibytes} MiB went through the firehose.");
                best = p99 < best ? p99 : best;
            }

            Assert.Null(firehose.Stop());
            Assert.True(best <= Promised, $"p99 is {best.TotalMilliseconds} ms.");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static Task<List<TimeSpan>> PingAll(List<Socket> sockets) =>
        Task.Factory.StartNew(
            () => PingOneByOne(sockets),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private static List<TimeSpan> PingOneByOne(List<Socket> sockets)
    {
        Random random = new(11);
        List<TimeSpan> times = [];
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Duration)
        {
            times.Add(Ping(sockets[random.Next(sockets.Count)]));
            Thread.Sleep(1);
        }

        times.Sort();
        return times;
    }

    private static TimeSpan Ping(Socket socket)
    {
        Span<byte> ping = stackalloc byte[8];
        Span<byte> answer = stackalloc byte[8];
        long started = Stopwatch.GetTimestamp();
        BitConverter.TryWriteBytes(ping, started);
        Assert.Equal(ping.Length, socket.Send(ping));
        for (int have = 0; have < answer.Length; )
        {
            int count = socket.Receive(answer[have..]);
            Assert.True(count > 0, "The connection ended.");
            have += count;
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.True(answer.SequenceEqual(ping));
        return took;
    }

    private static Socket Connect(IPEndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = Deadline,
            ReceiveTimeout = Deadline,
        };
        socket.Connect(endPoint);
        return socket;
    }

    /// <summary>One thread sends all the time, another takes what comes back.</summary>
    private sealed class Firehose : IDisposable
    {
        private readonly Socket _socket;
        private readonly Thread _sending;
        private readonly Thread _receiving;
        private volatile bool _over;
        private long _received;
        private string? _failure;

        internal Firehose(IPEndPoint endPoint)
        {
            _socket = Connect(endPoint);
            _sending = new Thread(() => Guarded(Send)) { IsBackground = true };
            _receiving = new Thread(() => Guarded(Receive)) { IsBackground = true };
        }

        internal void Start()
        {
            _sending.Start();
            _receiving.Start();
        }

        /// <summary>How many bytes came back.</summary>
        internal long Received => Volatile.Read(ref _received);

        /// <returns>What went wrong.</returns>
        internal string? Stop()
        {
            _over = true;
            Assert.True(_sending.Join(Deadline));
            Assert.True(_receiving.Join(Deadline));
            return _failure;
        }

        public void Dispose()
        {
            _over = true;
            _socket.Dispose();
        }

        private void Send()
        {
            byte[] bytes = new byte[256 * 1024];
            while (!_over)
            {
                _socket.Send(bytes);
            }

            _socket.Shutdown(SocketShutdown.Send);
        }

        private void Receive()
        {
            byte[] bytes = new byte[256 * 1024];
            int count;
            while ((count = _socket.Receive(bytes)) > 0)
            {
                Volatile.Write(ref _received, _received + count);
            }
        }

        private void Guarded(Action action)
        {
            try
            {
                action();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                _failure = _over ? _failure : failure.Message;
            }
        }
    }
}
