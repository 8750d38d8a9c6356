using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>
/// Handshakes take their turn behind everything else: a request that comes at the same moment as many ClientHellos is answered long before
/// the last of them.
/// </summary>
[Trait("Engines", "all")]
public sealed class HandshakeTurnsSpec
{
    private const int Handshakes = 200;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_request_that_comes_with_many_handshakes_does_not_wait_for_them(string engine)
    {
        await using EngineSystem system = new(engine);
        using Halt halt = new();
        Bound secure = await system.Bind(Props.Create<Echo>(), ConnectionOptions.Default, "tls");
        Bound clear = await system.Bind(Props.Create<Echo>(), ConnectionOptions.Default);
        Bound halting = await system.Bind(Props.Create(() => new Halting(halt)), ConnectionOptions.Default);
        List<Socket> shaking = [];
        for (int i = 0; i < Handshakes; i++)
        {
            shaking.Add(await Connect(secure));
        }

        using Socket pinging = await Connect(clear);
        using Socket other = await Connect(halting);
        await RoundTrip(pinging);

        // While the loop stands still, all of it arrives, the request last.
        await other.SendAsync("x"u8.ToArray());
        await halt.Begun.Task.WaitAsync(Deadline);
        byte[] hello = ClientHello();
        foreach (Socket socket in shaking)
        {
            await socket.SendAsync(hello);
        }

        await pinging.SendAsync("ping"u8.ToArray());
        await Pause.For(TimeSpan.FromMilliseconds(50), "everything is in the kernel");
        halt.End.Set();
        using CancellationTokenSource deadline = new(Deadline);
        await pinging.ReceiveAsync(new byte[4], deadline.Token);
        int answered = shaking.Count(socket => socket.Available > 0);

        // As many as one turn of the loop has room for.
        Assert.InRange(answered, 0, Handshakes / 2);
        foreach (Socket socket in shaking)
        {
            Assert.NotEqual(0, await socket.ReceiveAsync(new byte[1], deadline.Token));
            socket.Dispose();
        }
    }

    private static async Task<Socket> Connect(Bound bound)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync((IPEndPoint)bound.LocalEndPoint).WaitAsync(Deadline);
        return socket;
    }

    private static async Task RoundTrip(Socket socket)
    {
        await socket.SendAsync("ping"u8.ToArray());
        await socket.ReceiveAsync(new byte[4]).WaitAsync(Deadline);
    }

    // The first bytes that a client writes.
    private static byte[] ClientHello()
    {
        using MemoryStream written = new();
        using SslStream client = new(new Unanswered(written));
        Assert.ThrowsAny<Exception>(() => client.AuthenticateAsClient("localhost"));
        return written.ToArray();
    }

    private sealed class Halt : IDisposable
    {
        internal TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ManualResetEventSlim End { get; } = new();

        public void Dispose() => End.Dispose();
    }

    private sealed class Halting(Halt halt) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            halt.Begun.SetResult();
            halt.End.Wait(Deadline);
            return data.Length;
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

    /// <summary>Takes what is written, and ends when it is read.</summary>
    private sealed class Unanswered(Stream written) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
