using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>The host's relay between peers that send, finish, reset, and do not read.</summary>
public sealed class RelaySpec : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private readonly ITestOutputHelper _output;

    public RelaySpec(ITestOutputHelper output)
    {
        _output = output;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(16);
    }

    public void Dispose() => _listener.Dispose();

    private string Behind => $"tcp://{_listener.LocalEndPoint}";

    private string TlsBehind =>
        string.Create(CultureInfo.InvariantCulture, $"tls://localhost:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    [Fact]
    public async Task Bytes_and_the_end_of_each_direction_are_carried_over()
    {
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        await client.Send("a question");
        Assert.Equal("a question", await Read(server, 10));
        client.FinishSending();
        Assert.Equal("", await Read(server, 1));

        // The other direction is open still.
        await server.SendAsync("an answer"u8.ToArray());
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("an answer", await client.ReadToEnd());
    }

    [Fact]
    public async Task What_is_sent_ahead_of_the_other_connection_is_passed_on()
    {
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        await client.Send("all at once");
        client.FinishSending();
        using Socket server = await Accept();
        Assert.Equal("all at once", await Read(server, 11));
        Assert.Equal("", await Read(server, 1));
    }

    [Fact]
    public async Task A_reset_is_carried_over()
    {
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        await client.Send("x");
        Assert.Equal("x", await Read(server, 1));
        client.Reset();
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => Read(server, 1));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task Of_several_end_points_the_first_that_answers_is_used()
    {
        string closed = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{PeerServer.FreePort()}");
        await using HostProcess relay = await Start(closed, Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        await client.Send("x");
        using Socket server = await Accept();
        Assert.Equal("x", await Read(server, 1));
    }

    [Fact]
    public async Task With_nobody_behind_it_the_peer_is_reset()
    {
        string closed = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{PeerServer.FreePort()}");
        await using HostProcess relay = await Start(closed);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        Assert.Equal("", await client.ReadToReset());
        await relay.WaitForLine("refused the connection (errno 111)");
    }

    [Fact]
    public async Task The_server_is_told_who_has_connected_ahead_of_everything()
    {
        await using HostProcess relay = await Start(Behind, "--proxy-protocol", "v1");
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        await client.Send("x");
        using Socket server = await Accept();
        int from = IPEndPoint.Parse(client.Name).Port;
        string told = $"PROXY TCP4 127.0.0.1 127.0.0.1 {from} {relay.EndPoint("relay").Port}\r\nx";
        Assert.Equal(told, await Read(server, told.Length));
    }

    [PeerTheory("haproxy")]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Haproxy_understands_who_has_connected(string version)
    {
        using TempFolder folder = new();
        int port = PeerServer.FreePort();
        await using PeerServer haproxy = await PeerServer.HaproxyThatTellsWho(port, folder);
        await using HostProcess relay = await Start($"tcp://127.0.0.1:{port}", "--proxy-protocol", version);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        await client.Send("GET / HTTP/1.0\r\n\r\n");
        Assert.EndsWith(
            $"from {client.Name} to {relay.EndPoint("relay")}.",
            await client.ReadToEnd(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_tap_shows_both_directions()
    {
        await using HostProcess relay = await Start(Behind, "--tap");
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        await client.Send("GET /\r\n\0");
        await Read(server, 8);
        await server.SendAsync("200\r\n"u8.ToArray());
        await client.ReadUntil("200\r\n");
        await relay.WaitForLine($"{client.Name} > 8 bytes: GET /\\r\\n\\x00");
        await relay.WaitForLine($"{_listener.LocalEndPoint} > 5 bytes: 200\\r\\n");
    }

    [Fact]
    public async Task A_peer_that_does_not_read_holds_back_the_one_that_sends()
    {
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        byte[] block = new byte[1024 * 1024];
        await Warm(client, server);
        long before = Resident(relay);

        // Until nothing moves any more: the buffers of four sockets and the relay's own are full.
        long sent = 0;
        Task sending = Task.Run(async () =>
        {
            while (sent < 1024L * block.Length)
            {
                await client.Send(block);
                sent += block.Length;
            }
        });
        long last = -1;
        while (last != sent)
        {
            last = sent;
            await Pause.For(TimeSpan.FromMilliseconds(500), "what can still move does");
        }

        Assert.False(sending.IsCompleted, "a gibibyte was taken that nobody reads");
        AssertFlat(relay, before);
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => sending).WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_server_that_answers_before_it_reads_on_does_not_stop_both_directions()
    {
        const int Question = 1_000;
        const int Answer = 20_000;
        const int Questions = 8_000;
        _listener.ReceiveBufferSize = 8_192;
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        Task asking = client.Send(new byte[Question * Questions]);

        // Busy, until there is no room for questions anywhere.
        await Pause.For(TimeSpan.FromSeconds(1), "the questions fill everything on the way");
        Task answering = Task.Run(async () =>
        {
            byte[] answer = new byte[Answer];
            for (int i = 0; i < Questions; i++)
            {
                await Read(server, Question);
                await server.SendAsync(answer);
            }
        });
        await client.ReadExactly((long)Answer * Questions).WaitAsync(Deadline);
        await Task.WhenAll(asking, answering).WaitAsync(Deadline);
    }

    [Theory]
    [InlineData("max-unread = 256KiB, low-water = 8KiB, high-water = 128KiB, write-queue-limit = 128KiB")]
    [InlineData("low-water = 1B, high-water = 300B, write-queue-limit = 300B")]
    public async Task Whatever_its_bounds_no_byte_is_left_out(string bounds)
    {
        using TempFolder folder = new();
        string file = folder.Combine("bounds.conf");
        await File.WriteAllTextAsync(file, $"akka.reactor.connection {{ {bounds} }}");
        await using HostProcess relay = await Start(Behind, "--config", file);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        byte[] sent = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        Task sending = client.Send(sent);

        // So long that everything on the way is full.
        await Pause.For(TimeSpan.FromMilliseconds(500), "the bytes fill everything on the way");
        byte[] read = await ReadBytes(server, sent.Length);
        await sending.WaitAsync(Deadline);
        Assert.True(sent.AsSpan().SequenceEqual(read), $"{read.Length} bytes, of {sent.Length}, and not the same");
    }

    [Fact]
    public async Task A_peer_that_sends_byte_by_byte_costs_no_more_than_its_share_and_no_byte_is_left_out()
    {
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        byte[] sent = new byte[100_000];
        new Random(1).NextBytes(sent);
        await Warm(client, server);
        long before = Resident(relay);

        // The relay has room for all of it, though nobody reads behind it.
        for (int i = 0; i < sent.Length; i++)
        {
            await client.Send(sent.AsMemory(i, 1)).WaitAsync(Deadline);
        }

        AssertFlat(relay, before);
        client.FinishSending();
        byte[] read = await ReadBytes(server, sent.Length);
        Assert.True(sent.AsSpan().SequenceEqual(read), $"{read.Length} bytes, of {sent.Length}, and not the same");
        Assert.Equal("", await Read(server, 1));
    }

    [Fact]
    public async Task A_peer_that_resets_before_there_is_anybody_behind_leaves_no_connection()
    {
        await using HostProcess relay = await Start(Behind);
        for (int i = 0; i < 20; i++)
        {
            using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
            client.Reset();
        }

        // Those that it was still fast enough to make have ended.
        using RawClient last = await RawClient.Connect(relay.EndPoint("relay"));
        await last.Send("x");
        string first = "";
        while (first.Length == 0)
        {
            using Socket server = await Accept();
            try
            {
                first = await Read(server, 1);
            }
            catch (SocketException reset)
            {
                Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
            }
        }
    }

    [Fact]
    public async Task What_is_under_way_is_finished_when_it_is_terminated()
    {
        await using HostProcess relay = await Start(Behind);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        await server.SendAsync(new byte[1_000]);
        await client.ReadExactly(1_000);
        relay.Signal(HostProcess.Terminate);
        await relay.WaitForLine("draining");
        await Pause.For(TimeSpan.FromMilliseconds(200), "a relay that did not wait would be gone by now");
        Task answer = server.SendAsync(new byte[1_000_000]);
        client.FinishSending();
        await client.ReadExactly(1_000_000).WaitAsync(Deadline);
        await answer.WaitAsync(Deadline);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReadToEnd());
        Assert.Equal(0, await relay.WaitForExit());
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:0", null)]
    [InlineData("unix:/run/there", "socks5://127.0.0.1:1080")]
    [InlineData("tcp://[fe80::1%lo]:80", "socks5://127.0.0.1:1080")]
    public async Task An_end_point_that_cannot_be_connected_is_refused_at_once(string endPoint, string? proxy)
    {
        (int exitCode, _, string errors) = await HostProcess.Run([
            "relay",
            "--listen",
            "127.0.0.1:0",
            "--connect",
            endPoint,
            .. proxy is null ? (string[])[] : ["--proxy", proxy],
        ]);
        Assert.Equal(2, exitCode);
        Assert.Contains(endPoint, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_of_the_header_that_is_none_is_one_clear_line_and_exit_code_2()
    {
        string[] arguments = ["relay", "--listen", "127.0.0.1:0", "--connect", Behind, "--proxy-protocol", "v3"];
        (int exitCode, _, string errors) = await HostProcess.Run(arguments);
        Assert.Equal(2, exitCode);
        Assert.Equal("ReactorHost: --proxy-protocol is v3; it must be one of none, v1, v2", errors);
    }

    [Fact]
    public async Task It_speaks_TLS_with_a_server_that_the_configuration_trusts()
    {
        using TempFolder folder = new();
        string file = folder.Combine("trust.conf");
        await File.WriteAllTextAsync(file, $"akka.reactor.client.tls.trust-anchors = \"{folder.Certificate}\"");
        await using HostProcess relay = await Start(TlsBehind, "--config", file);
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        await client.Send("a question");
        using Socket server = await Accept();
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(folder.Certificate, folder.Key);
        using SslStream tls = new(new NetworkStream(server));
        await tls.AuthenticateAsServerAsync(certificate).WaitAsync(Deadline);
        byte[] read = new byte["a question".Length];
        await tls.ReadExactlyAsync(read).AsTask().WaitAsync(Deadline);
        Assert.Equal("a question"u8.ToArray(), read);
        await tls.WriteAsync("an answer"u8.ToArray());
        await client.ReadUntil("an answer");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_TLS_is_given_up_in_the_time_it_was_told()
    {
        await using HostProcess relay = await Start(TlsBehind, "--handshake-timeout", "300ms");
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        Assert.Equal("", await client.ReadToEnd());
        await relay.WaitForLine("handshake");
    }

    [Fact]
    public async Task A_connection_on_which_nothing_moves_ends_on_both_sides_after_the_idle_timeout_it_was_given()
    {
        await using HostProcess relay = await Start(Behind, "--idle-timeout", "300ms");
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();

        // It is over after five minutes otherwise.
        Assert.Equal("", await client.ReadToEnd());
        await AssertOver(server);
        await relay.WaitForLine("was idle for 0.3 s");
    }

    [Fact]
    public async Task The_idle_timeout_it_was_given_goes_before_that_of_the_configuration_on_both_sides()
    {
        using TempFolder folder = new();
        string file = folder.Combine("idle.conf");
        await File.WriteAllTextAsync(file, "akka.reactor.connection.idle-timeout = 500ms");
        await using HostProcess relay = await Start(Behind, "--config", file, "--idle-timeout", "1m");
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await Accept();
        await Pause.For(TimeSpan.FromMilliseconds(1_500), "the idle timeout of the configuration would be over by now");
        await client.Send("x");
        Assert.Equal("x", await Read(server, 1));
    }

    // By a FIN or a reset.
    private static async Task AssertOver(Socket socket)
    {
        try
        {
            Assert.Equal("", await Read(socket, 1));
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    private static Task<HostProcess> Start(params string[] arguments) =>
        HostProcess.Start(["relay", "--listen", "127.0.0.1:0", "--connect", .. arguments]);

    private async Task<Socket> Accept() => await _listener.AcceptAsync().WaitAsync(Deadline);

    private static async Task<string> Read(Socket socket, int count) =>
        System.Text.Encoding.Latin1.GetString(await ReadBytes(socket, count));

    // So many bytes, or fewer at the end.
    private static async Task<byte[]> ReadBytes(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            int read = await socket.ReceiveAsync(bytes.AsMemory(filled)).AsTask().WaitAsync(Deadline);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return bytes[..filled];
    }

    // Every buffer of the relay's pools is in use once, and what it runs is compiled: what it grows by after this, it holds.
    private static async Task Warm(RawClient client, Socket server)
    {
        byte[] block = new byte[1024 * 1024];
        for (int i = 0; i < 64; i++)
        {
            Task sending = client.Send(block);
            await Read(server, block.Length);
            await sending;
        }
    }

    private void AssertFlat(HostProcess relay, long before)
    {
        long grown = Resident(relay) - before;
        _output.WriteLine($"the relay has grown by {grown / 1024} KiB");
        Assert.True(grown <= 4L * 1024 * 1024, $"the relay has grown by {grown / 1024} KiB");
    }

    private static long Resident(HostProcess host)
    {
        string line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{host.Id}/status"))
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024
            * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
