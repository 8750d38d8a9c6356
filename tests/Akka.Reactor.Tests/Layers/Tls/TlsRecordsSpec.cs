using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>What a protocol writes together leaves in few records of TLS: each record costs 22 bytes and a pass of the cipher.</summary>
public sealed class TlsRecordsSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor.selectors = 1", "tls-records", output)
{
    private const int Answers = 1000;

    [Theory]
    [InlineData(5, 2)]
    [InlineData(100, 7)]
    [InlineData(6000, Answers)]
    public async Task The_answers_of_one_message_are_few_records(int size, int most)
    {
        Props protocol = Props.Create(() => new Answering(size));
        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TestCertificates.Server),
            Connection = new ConnectionOptions
            {
                WriteQueueLimit = 16 * 1024 * 1024,
                HighWater = ConnectionOptions.Infinite,
            },
        };
        Bound bound = await Sys.Reactor().Bind("tls://127.0.0.1:0", protocol, options);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bound.LocalEndPoint, deadline.Token);
        await using RecordCounter counter = new(new NetworkStream(socket));
        await using SslStream ssl = new(counter, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await ssl.AuthenticateAsClientAsync("localhost");

        // Whatever the server sends after the handshake, such as tickets, comes before the answer to this.
        byte[] room = new byte[Answers * size];
        await ssl.WriteAsync("1"u8.ToArray(), deadline.Token);
        await ssl.ReadExactlyAsync(room.AsMemory(0, size), deadline.Token);
        int before = counter.Records;
        await ssl.WriteAsync("x"u8.ToArray(), deadline.Token);
        await ssl.ReadExactlyAsync(room, deadline.Token);
        for (int i = 0; i < Answers; i++)
        {
            Assert.Equal(i, BinaryPrimitives.ReadInt32BigEndian(room.AsSpan(i * size)));
        }

        int records = counter.Records - before;
        Output!.WriteLine($"{Answers} answers of {size} bytes: {records} records");
        Assert.InRange(records, 1, most);
    }

    private sealed class Answering(int size) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            int answers = data.FirstSpan[0] == '1' ? 1 : Answers;
            for (int i = 0; i < answers; i++)
            {
                byte[] answer = new byte[size];
                BinaryPrimitives.WriteInt32BigEndian(answer, i);
                Write(answer);
            }

            return data.Length;
        }
    }

    /// <summary>Passes a stream on, and counts the records in what is read (RFC 8446, section 5.1).</summary>
    private sealed class RecordCounter(Stream inner) : Stream
    {
        private readonly List<byte> _header = [];
        private int _left;

        internal int Records { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            int count = await inner.ReadAsync(buffer, cancellationToken);
            Count(buffer.Span[..count]);
            return count;
        }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => inner.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing) => inner.Dispose();

        private void Count(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_left > 0)
                {
                    int skipped = Math.Min(_left, bytes.Length);
                    _left -= skipped;
                    bytes = bytes[skipped..];
                    continue;
                }

                _header.Add(bytes[0]);
                bytes = bytes[1..];
                if (_header.Count == 5)
                {
                    Records++;
                    _left = (_header[3] << 8) | _header[4];
                    _header.Clear();
                }
            }
        }
    }
}
