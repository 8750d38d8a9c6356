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
    private const int Mebibyte = 1024 * 1024;

    // What comes back to the firehose while one of the others waits: a few turns of the loop, and what was in buffers before.
    private const int Promised = 16 * Mebibyte;
    private static readonly int Pings = Soak.Scale(2_000, 20_000);
    private const int Deadline = 20_000;

    public static TheoryData<string> EnginesHere => Engines.Some;

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task Of_1000_quiet_connections_99_of_100_pings_are_answered_before_16_MiB_of_the_firehose(
        string engine
    )
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

            // Counted in the firehose's bytes and not in time, which passes however busy others keep the machine.
            List<long> meanwhile = await PingAll(sockets, firehose);
            long p99 = meanwhile[meanwhile.Count * 99 / 100];
            long all = firehose.Received;
            output.WriteLine(
                $"{meanwhile.Count} pings: meanwhile came back p50 {meanwhile[meanwhile.Count / 2] / 1024} KiB, "
                    + $"p99 {p99 / 1024} KiB, at most {meanwhile[^1] / 1024} KiB; {all / Mebibyte} MiB in all"
            );
            Assert.True(all > 10 * Mebibyte, $"Only {all} bytes went through the firehose.");
            Assert.Null(firehose.Stop());
            Assert.True(p99 <= Promised, $"p99 is {p99} bytes.");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static Task<List<long>> PingAll(List<Socket> sockets, Firehose firehose) =>
        Task.Factory.StartNew(
            () => PingOneByOne(sockets, firehose),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    // How many bytes of the firehose came back during each ping, in ascending order.
    private static List<long> PingOneByOne(List<Socket> sockets, Firehose firehose)
    {
        Random random = new(11);
        List<long> meanwhile = [];
        while (meanwhile.Count < Pings || firehose.Received <= 10 * Mebibyte)
        {
            long before = firehose.Received;
            Ping(sockets[random.Next(sockets.Count)]);
            meanwhile.Add(firehose.Received - before);
        }

        meanwhile.Sort();
        return meanwhile;
    }

    private static void Ping(Socket socket)
    {
        Span<byte> ping = stackalloc byte[8];
        Span<byte> answer = stackalloc byte[8];
        BitConverter.TryWriteBytes(ping, Stopwatch.GetTimestamp());
        Assert.Equal(ping.Length, socket.Send(ping));
        for (int have = 0; have < answer.Length; )
        {
            int count = socket.Receive(answer[have..]);
            Assert.True(count > 0, "The connection ended.");
            have += count;
        }

        Assert.True(answer.SequenceEqual(ping));
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
