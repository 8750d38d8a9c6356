using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>What a protocol writes together leaves in few records of TLS: each record costs 22 bytes and a pass of the cipher.</summary>
public sealed class TlsRecordsSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.OneLoop, "tls-records", output)
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
        await using RecordWatch counter = new(new NetworkStream(socket));
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
}
