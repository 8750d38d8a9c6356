using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>A certificate that is replaced again and again while many clients connect.</summary>
public sealed class ReloadUnderLoadSpec : IAsyncLifetime
{
    private const string Host = "server.test";
    private const int Replacements = 10;
    private const int Broken = 5;
    private const int PerSecond = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(Soak.Scale(100, 3_000));

    // More at a time would be a test of the machine.
    private readonly SemaphoreSlim _places = new(64);
    private readonly TempFolder _folder = new();
    private readonly Authority _root;
    private readonly X509Certificate2 _anchor;
    private readonly ConcurrentBag<string> _errors = [];
    private readonly ConcurrentBag<string> _failures = [];
    private readonly ActorSystem _system;

    // The subjects in the order in which they were written; the first _served of them have been seen on a connection.
    private readonly List<string> _subjects = [];
    private volatile int _served;
    private volatile int _written;
    private int _connections;

    public ReloadUnderLoadSpec()
    {
        _root = Authority.Root(_folder.Path);
        _anchor = X509CertificateLoader.LoadCertificateFromFile(_root.File);
        Replace();
        _system = ActorSystem.Create(
            "reload",
            $$"""
            akka { loglevel = ERROR, stdout-loglevel = OFF, loggers = [] }
            akka.reactor {
              tls.certificate-check-interval = 20ms
              listeners.x {
                bind = "tls://127.0.0.1:0"
                protocol = "{{typeof(Greeting).FullName}}, {{typeof(Greeting).Assembly.GetName().Name}}"
                tls.certificate = "{{Path}}"
              }
            }
            """
        );
    }

    private string Path => _folder.Combine("present.pem");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _anchor.Dispose();
        _root.Dispose();
        _folder.Dispose();
        _places.Dispose();
    }

    [Fact]
    public async Task No_handshake_fails_and_each_gets_the_old_certificate_or_the_new_one()
    {
        ConcurrentBag<string> errors = _errors;
        IActorRef listening = _system.ActorOf(Props.Create(() => new Listening(errors)));
        _system.EventStream.Subscribe(listening, typeof(Error));
        Bound bound = Assert.Single(await _system.Reactor().Started.WaitAsync(Patience));
        using CancellationTokenSource over = new();
        Task load = Load(bound.Port, over.Token);

        for (int replacement = 1; replacement <= Replacements; replacement++)
        {
            if (replacement == Broken)
            {
                await File.WriteAllTextAsync(
                    Path,
                    "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"
                );
                await Until(() => !_errors.IsEmpty);
            }
            else
            {
                Replace();
                await Until(() => _served == _written);
            }

            await Pause.For(Between, "clients connect, and the reactor looks at the file several times");
        }

        await over.CancelAsync();
        await load.WaitAsync(Patience);
        Assert.Empty(_failures);
        Assert.Contains("cannot be decoded", Assert.Single(_errors), StringComparison.Ordinal);
        Assert.Equal(Replacements, _served); // The first one, and those that are not broken.
        Assert.True(_connections >= Replacements * 5, $"only {_connections} connections");
    }

    private static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Patience);
        while (!condition())
        {
            await Pause.BetweenLooks(deadline.Token);
        }
    }

    // Written beside its place and moved there, as programs do it that renew certificates.
    private void Replace()
    {
        string name = $"certificate-{_subjects.Count}";
        Authority.Identity identity = _root.Issue(name, new Authority.Shape(Host));
        string next = Path + ".next";
        File.WriteAllText(next, File.ReadAllText(identity.Certificate) + File.ReadAllText(identity.Key));
        Authority.MakePrivate(next);
        lock (_subjects)
        {
            _subjects.Add($"CN={name}");
            _written = _subjects.Count;
        }

        File.Move(next, Path, overwrite: true);
    }

    private async Task Load(int port, CancellationToken over)
    {
        List<Task> connections = [];
        long start = Stopwatch.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            // On a machine that is too slow for this rate the connections follow each other as fast as they can.
            while (
                connections.Count < Stopwatch.GetElapsedTime(start).TotalSeconds * PerSecond
                && !over.IsCancellationRequested
            )
            {
                await _places.WaitAsync(CancellationToken.None);
                connections.Add(Connect(port, resume: connections.Count % 2 == 0));
            }

            await Pause.BetweenLooks(CancellationToken.None);
        }

        await Task.WhenAll(connections);
        _connections = connections.Count;
    }

    private async Task Connect(int port, bool resume)
    {
        try
        {
            int oldest = _served;
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", port).WaitAsync(Patience);
            await using SslStream ssl = new(new NetworkStream(socket));
            X509ChainPolicy policy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(_anchor);
            await ssl.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = Host,
                        CertificateChainPolicy = policy,
                        AllowTlsResume = resume,
                    }
                )
                .WaitAsync(Patience);
            using StreamReader reader = new(ssl);
            string text = await reader.ReadToEndAsync().WaitAsync(Patience);
            int index;
            lock (_subjects)
            {
                index = _subjects.IndexOf(ssl.RemoteCertificate!.Subject) + 1;
                if (index > _served)
                {
                    _served = index;
                }
            }

            if (text != "hello" || index < oldest)
            {
                _failures.Add($"'{text}' from certificate {index}, when {oldest} was served already");
            }
        }
        catch (Exception failure)
        {
            _failures.Add(failure.ToString());
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Says hello, and closes.</summary>
    public sealed class Greeting : ProtocolActor
    {
        protected override void OnConnected()
        {
            Write("hello"u8);
            Close();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Listening : ReceiveActor
    {
        public Listening(ConcurrentBag<string> errors) => Receive<Error>(error => errors.Add($"{error.Message}"));
    }
}
