using System;
using System.Buffers;
using System.Buffers.Binary;
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
/// Connections that come and go through the whole stack, most of them by a reset: each gets its own bytes back, and nothing is
/// left behind.
/// </summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")]
public sealed class ConnectionChurnSpec(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const long MostDrift = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private long _lastToken;
    private long _echoed;
    private long _started;
    private long _stopped;
    private string? _foreign;

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Thousands_of_connections_that_come_and_go_leave_nothing_behind(string engine)
    {
        await using EngineSystem system = new(engine);
        Bound bound = await system.Bind(Props.Create(() => new Echo(this)), ConnectionOptions.Default);

        // Everything is compiled and every pool filled before the count begins.
        await Churn(bound, 1_000);
        await Quiet(bound);

        // What tests before this one left for the finalizer goes now.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        int descriptors = Descriptors.CountOpenButFiles();
        string kinds = Descriptors.Kinds();
        await Churn(bound, Soak.Scale(4_000, 100_000));
        await Quiet(bound);
        long drift = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine($"{_started} connections, {_echoed} echoes, {drift / 1024} KiB more");
        Assert.Null(_foreign);

        // The runtime has some of its own open for moments; what is left behind stays.
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors.CountOpenButFiles() <= descriptors, Patience),
            $"before: {kinds}; after: {Descriptors.Kinds()}"
        );
        Assert.True(drift <= MostDrift, $"{drift / 1024} KiB more");
        Assert.True(_echoed > 0, "Nothing was echoed.");
    }

    private Task Churn(Bound bound, int connections) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(client =>
                    Task.Factory.StartNew(
                        () => Come((IPEndPoint)bound.LocalEndPoint, client, connections / Clients),
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                )
        );

    private void Come(IPEndPoint endPoint, int client, int connections)
    {
        Random random = new(client);
        byte[] token = new byte[8];
        byte[] back = new byte[64];
        for (int made = 0; made < connections; made++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;

            // Ports are few.
            socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.1.{1 + random.Next(50)}"), 0));
            socket.Connect(endPoint);
            BinaryPrimitives.WriteInt64LittleEndian(token, Interlocked.Increment(ref _lastToken));
            socket.Send(token);
            bool resets = random.Next(10) < 7;
            if (!resets || random.Next(2) == 0)
            {
                // The rest leave with their answer under way.
                Receive(socket, token, back);
            }

            if (resets)
            {
                socket.LingerState = new LingerOption(enable: true, 0);
            }
        }
    }

    private void Receive(Socket socket, byte[] token, byte[] back)
    {
        int received = 0;
        while (received < token.Length)
        {
            int count = socket.Receive(back, received, back.Length - received, SocketFlags.None);
            if (count == 0)
            {
                _foreign ??= "the end before the answer";
                return;
            }

            received += count;
        }

        if (!back.AsSpan(0, received).SequenceEqual(token))
        {
            _foreign ??= $"{Convert.ToHexString(back, 0, received)} for {Convert.ToHexString(token)}";
        }

        Interlocked.Increment(ref _echoed);
    }

    // Every descriptor is closed, and every protocol that was started has stopped.
    private async Task Quiet(Bound bound)
    {
        long started = Stopwatch.GetTimestamp();
        while (
            Descriptors.CountOfPort(bound.LocalEndPoint) > 1
            || Interlocked.Read(ref _stopped) < Interlocked.Read(ref _started)
        )
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "Connections are left.");
            await Pause.BetweenLooks();
        }
    }

    private sealed class Echo(ConnectionChurnSpec spec) : ProtocolActor
    {
        protected override void PreStart()
        {
            base.PreStart();
            Interlocked.Increment(ref spec._started);
        }

        protected override void PostStop()
        {
            base.PostStop();
            Interlocked.Increment(ref spec._stopped);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }

        protected override void OnClosed(Closed closed) { }
    }
}
