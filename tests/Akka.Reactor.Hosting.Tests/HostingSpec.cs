using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Hosting;
using Akka.Reactor.Tests.Shared;
using HostedServer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Akka.Reactor.Hosting.Tests;

/// <summary>Listeners and clients in a .NET host, as an application writes them.</summary>
public sealed class HostingSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string GreeterType =
        $"{typeof(Greeter).FullName}, {typeof(Greeter).Assembly.GetName().Name}";

    [Fact]
    public async Task A_listener_of_the_hosts_configuration_has_a_protocol_with_injected_services()
    {
        using IHost host = Build(
            reactor => { },
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Reactor:listeners:greeter:bind"] = "tcp://127.0.0.1:0",
                ["Reactor:listeners:greeter:protocol"] = GreeterType,
                ["Reactor:listeners:greeter:max-connections"] = "7",
                ["Reactor:listeners:greeter:connection:idle-timeout"] = "5m",
            }
        );
        await host.StartAsync().WaitAsync(Patience);
        ActorSystem system = host.Services.GetRequiredService<ActorSystem>();
        Bound bound = Assert.Single(await system.Reactor().Started);
        Assert.Equal("greeter", bound.Name);
        Assert.Equal("Hello, Ada! You are number 1.", await Ask(bound.LocalEndPoint, "Ada"));
        Assert.Equal("Hello, Grace! You are number 2.", await Ask(bound.LocalEndPoint, "Grace"));
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Listeners_and_clients_of_code_are_in_the_registry_and_the_host_is_healthy()
    {
        int port = FreePort();
        using IHost host = Build(reactor =>
            reactor
                .Listener<Greeter>("greeter", $"tcp://127.0.0.1:{port}", options => options with { MaxConnections = 3 })
                .Client<Caller>("caller", [$"tcp://127.0.0.1:{port}"])
        );
        await host.StartAsync().WaitAsync(Patience);
        IServiceProvider services = host.Services;
        IActorRef listener = services.GetRequiredService<IRequiredActor<ListenerOf<Greeter>>>().ActorRef;
        IActorRef client = services.GetRequiredService<IRequiredActor<ClientOf<Caller>>>().ActorRef;
        IActorRef caller = services.GetRequiredService<IRequiredActor<Caller>>().ActorRef;
        Assert.Equal("Hello, Ada! You are number 1.", await caller.Ask<string>("Ada", Patience));
        ListenerStatus status = await listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        Assert.Equal(("greeter", 1), (status.Name, status.OpenConnections));
        Assert.Equal("caller", (await client.Ask<ClientStatus>(new GetStatus(), Patience)).Name);

        HealthReportEntry entry = await Health(services);
        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal(["akka", "ready"], entry.Tags.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("Accepting, 1 open connection(s)", entry.Data["listener greeter"]);
        Assert.StartsWith("Connected, ", entry.Data["client caller"].ToString(), StringComparison.Ordinal);
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Health_names_what_waits_and_what_fails()
    {
        using IHost host = Build(reactor =>
            reactor
                .Listener<Greeter>("greeter", "tcp://127.0.0.1:0", options => options with { MaxConnections = 1 })
                .Client<Caller>("caller", [$"tcp://127.0.0.1:{FreePort()}"])
        );
        await host.StartAsync().WaitAsync(Patience);
        IServiceProvider services = host.Services;
        HealthReportEntry failing = await Until(services, entry => entry.Exception is null && Said(entry, "refused"));
        Assert.Equal(HealthStatus.Unhealthy, failing.Status);
        Assert.StartsWith(
            "client caller is not connected to tcp://127.0.0.1:",
            failing.Description,
            StringComparison.Ordinal
        );

        // A client that was told to stay away is no failure, and a full listener only waits.
        services.GetRequiredService<IRequiredActor<ClientOf<Caller>>>().ActorRef.Tell(new Disconnect());
        await Until(services, entry => entry.Status == HealthStatus.Healthy);
        IActorRef listener = services.GetRequiredService<IRequiredActor<ListenerOf<Greeter>>>().ActorRef;
        ListenerStatus status = await listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        using TcpClient only = new();
        await only.ConnectAsync((IPEndPoint)status.LocalEndPoint).WaitAsync(Patience);
        HealthReportEntry waiting = await Until(services, entry => entry.Status == HealthStatus.Degraded);
        Assert.Equal("listener greeter does not accept (AtMaxConnections)", waiting.Description);
        listener.Tell(new Unbind());
        HealthReportEntry unbound = await Until(services, entry => entry.Status == HealthStatus.Unhealthy);
        Assert.Equal("listener greeter does not accept (Unbound)", unbound.Description);
        await host.StopAsync().WaitAsync(Patience);

        static bool Said(HealthReportEntry entry, string what) =>
            entry.Description!.Contains(what, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_of_the_host()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        using IHost host = Build(reactor => reactor.Listener<Greeter>("greeter", $"tcp://{taken.LocalEndpoint}"));
        string said = await FailsToStart(host);
        Assert.Contains(
            $"Cannot listen on tcp://{taken.LocalEndpoint} (listener greeter)",
            said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_wrong_setting_ends_the_start_of_the_host_and_is_named()
    {
        using IHost host = Build(
            reactor => { },
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Reactor:listeners:greeter:bind"] = "tcp://127.0.0.1:0",
                ["Reactor:listeners:greeter:protocol"] = GreeterType,
                ["Reactor:listeners:greeter:max-connections"] = "many",
            }
        );
        string said = await FailsToStart(host);
        Assert.Contains("akka.reactor.listeners.greeter.max-connections: is many", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_missing_ends_the_start_of_the_host_and_is_named()
    {
        string wanting = $"{typeof(Wanting).FullName}, {typeof(Wanting).Assembly.GetName().Name}";
        using IHost configured = Build(
            reactor => { },
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Reactor:listeners:wanting:bind"] = "tcp://127.0.0.1:0",
                ["Reactor:listeners:wanting:protocol"] = wanting,
            }
        );
        string said = await FailsToStart(configured);
        Assert.Contains("akka.reactor.listeners.wanting.protocol: names", said, StringComparison.Ordinal);
        Assert.Contains("needs System.IO.TextReader, which is not a service", said, StringComparison.Ordinal);

        using IHost coded = Build(reactor => reactor.Listener<Wanting>("wanting", "tcp://127.0.0.1:0"));
        Assert.Contains("needs System.IO.TextReader", await FailsToStart(coded), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_the_application_secures_a_listener()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest(
            "CN=localhost",
            key,
            HashAlgorithmName.SHA256
        ).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        int port = FreePort();
        using IHost host = Build(reactor =>
            reactor.Listener<Greeter>(
                "greeter",
                $"tls://127.0.0.1:{port}",
                options => options with { Tls = new TlsServerOptions(TlsCertificate.From(certificate)) }
            )
        );
        await host.StartAsync().WaitAsync(Patience);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience);
        await using SslStream tls = new(
            client.GetStream(),
            false,
            (_, given, _, _) => given!.GetCertHashString() == certificate.Thumbprint
        );
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(Patience);
        await tls.WriteAsync("Ada\n"u8.ToArray());
        using StreamReader reader = new(tls);
        Assert.Equal("Hello, Ada! You are number 1.", await reader.ReadLineAsync().WaitAsync(Patience));
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Log_lines_go_to_the_hosts_loggers()
    {
        Lines lines = new();
        using IHost host = Build(reactor => reactor.Listener<Greeter>("greeter", "tcp://127.0.0.1:0"), lines: lines);
        await host.StartAsync().WaitAsync(Patience);
        await host.StopAsync().WaitAsync(Patience);
        Assert.Contains(lines.All, line => line.Contains("Engine ", StringComparison.Ordinal));
    }

    private static IHost Build(
        Action<ReactorHostingBuilder> configure,
        Dictionary<string, string?>? settings = null,
        Lines? lines = null
    )
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddLogging(logging => logging.AddProvider(lines ?? new Lines()));
        builder.Services.AddSingleton(new Greetings("Hello"));
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka(
            "hosted",
            akka =>
                akka.ConfigureLoggers(loggers =>
                    {
                        loggers.ClearLoggers();
                        loggers.AddLoggerFactory();
                    })
                    .WithReactor(reactor =>
                    {
                        configure(reactor);
                        reactor.Settings(builder.Configuration.GetSection("Reactor"));
                    })
                    .WithReactorHealthCheck()
        );
        return builder.Build();
    }

    // The exception, with those inside, or what was logged before the host stopped.
    private static async Task<string> FailsToStart(IHost host)
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync().WaitAsync(Patience));
        Assert.IsNotType<TimeoutException>(failure);
        return failure.ToString();
    }

    private static async Task<HealthReportEntry> Health(IServiceProvider services)
    {
        HealthReport report = await services
            .GetRequiredService<HealthCheckService>()
            .CheckHealthAsync()
            .WaitAsync(Patience);
        return report.Entries["akka-reactor"];
    }

    private static async Task<HealthReportEntry> Until(IServiceProvider services, Func<HealthReportEntry, bool> holds)
    {
        HealthReportEntry entry = await Health(services);
        for (int left = 1000; !holds(entry); left--)
        {
            Assert.True(left > 0, $"{entry.Status}: {entry.Description}");
            await Pause.BetweenLooks();
            entry = await Health(services);
        }

        return entry;
    }

    private static async Task<string?> Ask(EndPoint server, string name)
    {
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)server).WaitAsync(Patience);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(name + "\n"));
        using StreamReader reader = new(stream);
        return await reader.ReadLineAsync().WaitAsync(Patience);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Needs a service that no host here has.</summary>
    public sealed class Wanting(TextReader reader) : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line) =>
            Write(Encoding.UTF8.GetBytes(reader.ReadToEnd()));
    }

    /// <summary>A client that sends names and passes the greetings on.</summary>
    public sealed class Caller : LineProtocol
    {
        private readonly Queue<IActorRef> _askers = new();
        private readonly Queue<string> _early = new();
        private bool _connected;

        protected override void OnConnected()
        {
            _connected = true;
            while (_early.TryDequeue(out string? name))
            {
                Write(Encoding.UTF8.GetBytes(name + "\n"));
            }
        }

        protected override void OnLine(ReadOnlySequence<byte> line) =>
            _askers.Dequeue().Tell(EncodingExtensions.GetString(Encoding.UTF8, line));

        protected override void OnMessage(object message)
        {
            string name = (string)message;
            _askers.Enqueue(Sender);
            if (_connected)
            {
                Write(Encoding.UTF8.GetBytes(name + "\n"));
            }
            else
            {
                _early.Enqueue(name);
            }
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => All.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
