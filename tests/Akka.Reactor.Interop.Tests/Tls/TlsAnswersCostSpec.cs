using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>
/// What TLS costs a protocol that writes many small answers: as they leave in few records, hardly more than in the clear. The processor
/// time is that of the loop's thread, in rounds of both kinds by turns.
/// </summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
[Trait("Machine", "quiet")]
public sealed class TlsAnswersCostSpec(ITestOutputHelper output)
{
    private const int Answers = 1000;
    private const int Size = 5;
    private const int Warm = 200;
    private const int Rounds = 201;
    private const int PerRound = 20;

    // A build without optimizations has 1.55, with optimizations 1.36. A record for each answer costs several times as much.
    private const double Most = 1.8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_thousand_answers_of_five_bytes_cost_less_than_twice_those_in_the_clear()
    {
        using CancellationTokenSource deadline = new(Patience);
        using ActorSystem system = ActorSystem.Create(
            "answers",
            ConfigurationFactory.ParseString("akka { loglevel = WARNING, reactor.selectors = 1 }")
        );
        TaskCompletionSource<string> loop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Stream clear = await Connect(system, loop, tls: false, deadline.Token);
        await using Stream secure = await Connect(system, loop, tls: true, deadline.Token);
        string thread = await loop.Task.WaitAsync(deadline.Token);
        List<double> ratios = [];
        for (int round = 0; round < Warm + Rounds; round++)
        {
            long inTheClear = await Cost(clear, thread, deadline.Token);
            long overTls = await Cost(secure, thread, deadline.Token);
            if (round >= Warm)
            {
                ratios.Add((double)overTls / inTheClear);
            }
        }

        ratios.Sort();
        double median = ratios[Rounds / 2];
        output.WriteLine(
            $"TLS to the clear: {median:F2} ({ratios[Rounds / 10]:F2}..{ratios[Rounds - 1 - (Rounds / 10)]:F2})"
        );
        Assert.InRange(median, 0, Most);
        await system.Terminate();
    }

    private static async Task<Stream> Connect(
        ActorSystem system,
        TaskCompletionSource<string> loop,
        bool tls,
        CancellationToken deadline
    )
    {
        ListenerOptions options = system.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TlsCertificate.From(Certificate())),
        };
        string scheme = tls ? "tls" : "tcp";
        Props protocol = Props.Create(() => new Answering(loop));
        Bound bound = await system.Reactor().Bind($"{scheme}://127.0.0.1:0", protocol, options).WaitAsync(deadline);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bound.LocalEndPoint, deadline);
        NetworkStream plain = new(socket, ownsSocket: true);
        if (!tls)
        {
            return plain;
        }

        SslStream secure = new(plain, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await secure.AuthenticateAsClientAsync("localhost").WaitAsync(deadline);
        return secure;
    }

    // In nanoseconds of the loop's thread.
    private static async Task<long> Cost(Stream stream, string thread, CancellationToken deadline)
    {
        byte[] room = new byte[Answers * Size];
        long before = TimeOf(thread);
        for (int i = 0; i < PerRound; i++)
        {
            await stream.WriteAsync("x"u8.ToArray(), deadline);
            await stream.ReadExactlyAsync(room, deadline);
        }

        return TimeOf(thread) - before;
    }

    private static long TimeOf(string thread) =>
        long.Parse(File.ReadAllText($"/proc/{thread}/schedstat").Split(' ').First(), CultureInfo.InvariantCulture);

    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed class Answering(TaskCompletionSource<string> loop) : ProtocolActor
    {
        private static readonly byte[] s_answer = new byte[Size];

        protected override bool KeepsReceived => false;

        protected override void OnConnected() =>
            loop.TrySetResult(new FileInfo("/proc/thread-self").LinkTarget ?? throw new InvalidOperationException());

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            for (int i = 0; i < Answers; i++)
            {
                Write(s_answer.AsMemory());
            }

            return data.Length;
        }
    }
}
