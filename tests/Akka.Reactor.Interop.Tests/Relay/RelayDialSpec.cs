using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>
/// Clients of TLS 1.3 that send and are gone while the relay still dials. They have not read the tickets of their session, so
/// their TCP resets the connection.
/// </summary>
public sealed class RelayDialSpec(ITestOutputHelper output)
{
    private const int Clients = 10;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Engine, bytes sent, whether the server takes its time.</summary>
    public static TheoryData<string, int, bool> Cases
    {
        get
        {
            TheoryData<string, int, bool> cases = [];
            foreach (string engine in Engines.Here)
            {
                cases.Add(engine, 4_080, false);
                cases.Add(engine, 4_080, true);
                cases.Add(engine, 90_000, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Engines", "all")]
    public async Task All_that_they_sent_arrives_and_the_end_is_not_a_clean_one(string engine, int bytes, bool slow)
    {
        byte[] data = new byte[bytes];
        new Random(1).NextBytes(data);
        RelayScene scene = new(TlsClient: true, TlsServer: slow, ServerSends: false, PeerEnd.Crash, Slow: false);
        Delivery right = new(bytes, Intact: true, scene.RightEnd);
        using TempFolder folder = new();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Clients);
        int behind = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using RelayUnderTest relay = await RelayUnderTest.Ours(engine, folder, [scene], [behind]);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(folder.Certificate, folder.Key);
        List<Delivery> deliveries = [];
        for (int i = 0; i < Clients; i++)
        {
            using ScriptedPeer client = await ScriptedPeer.Client(relay.Fronts[0], tls: true, slow: false);
            await client.Send(data, PeerEnd.Crash);
            if (slow)
            {
                // The handshake with the server is a part of dialling.
                await Pause.For(TimeSpan.FromMilliseconds(50), "the server takes its time for the handshake");
            }

            using ScriptedPeer server = await ScriptedPeer.Server(listener, slow ? certificate : null);
            deliveries.Add(await server.Read(data, slow: false).WaitAsync(Deadline));
        }

        output.WriteLine(string.Join("\n", deliveries));
        Assert.All(deliveries, delivery => Assert.Equal(right, delivery));
    }

    [PeerTheory("openssl")]
    [InlineData(2)]
    [InlineData(0)]
    public async Task OpenSSL_sends_as_many_session_tickets_as_its_own_configuration_says(int tickets)
    {
        using TempFolder folder = new();
        string file = folder.Combine("openssl.cnf");
        await File.WriteAllTextAsync(
            file,
            $"""
            openssl_conf = all
            [all]
            ssl_conf = ssl
            [ssl]
            system_default = default
            [default]
            NumTickets = {tickets}
            """
        );
        await using HostProcess host = await HostProcess.StartUnder(
            ["env", $"OPENSSL_CONF={file}"],
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--tls",
            folder.Certificate,
            folder.Key
        );
        PeerResult client = await PeerProcess.Run(
            "sh",
            "-c",
            $"(echo x; sleep 1) | openssl s_client -tls1_3 -msg -connect 127.0.0.1:{host.Port("echo")} 2>&1"
        );
        output.WriteLine(client.Output);
        Assert.Contains("TLSv1.3", client.Output, StringComparison.Ordinal);
        Assert.Equal(
            tickets,
            client
                .Output.Split("<<< TLS 1.3")
                .Count(message => message.Contains("NewSessionTicket", StringComparison.Ordinal))
        );
    }

    [PeerFact("curl", "python3")]
    public async Task Curl_gets_a_whole_answer_of_a_server_that_ends_TLS_without_a_word()
    {
        using TempFolder folder = new();
        byte[] body = new byte[2_000_000];
        new Random(1).NextBytes(body);
        await File.WriteAllBytesAsync(folder.Combine("body"), body);
        int port = PeerServer.FreePort();
        string script = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            import http.server, os, ssl
            os.chdir("{folder.Path}")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("{folder.Certificate}", "{folder.Key}")
            server = http.server.ThreadingHTTPServer(("127.0.0.1", {port}), http.server.SimpleHTTPRequestHandler)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.serve_forever()
            """
        );
        await File.WriteAllTextAsync(folder.Combine("server.py"), script);
        await using PeerServer python = await PeerServer.Start(port, "python3", folder.Combine("server.py"));
        RelayScene scene = new(TlsClient: false, TlsServer: true, ServerSends: true, PeerEnd.Fin, Slow: false);
        await using RelayUnderTest relay = await RelayUnderTest.Ours("auto", folder, [scene], [port]);
        for (int i = 0; i < 3; i++)
        {
            string into = folder.Combine("got");
            string from = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{relay.Fronts[0]}/body");
            PeerResult curl = await PeerProcess.Run("curl", "-sS", "--limit-rate", "2M", "-o", into, from);
            output.WriteLine(curl.Output);
            Assert.Equal(0, curl.ExitCode);
            Assert.True((await File.ReadAllBytesAsync(into)).AsSpan().SequenceEqual(body));
        }
    }
}
