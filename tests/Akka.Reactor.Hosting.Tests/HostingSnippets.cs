using System.Buffers;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Reactor.Hosting.Tests;

/// <summary>What docs/hosting.md and the package's README show.</summary>
internal static class HostingSnippets
{
    internal static void Program(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton<Greetings>();
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka(
            "server",
            akka =>
                akka.ConfigureLoggers(loggers =>
                    {
                        loggers.ClearLoggers();
                        loggers.AddLoggerFactory();
                    })
                    .WithReactor(reactor =>
                        reactor
                            .Settings(builder.Configuration.GetSection("Reactor"))
                            .Listener<Greeter>("greeter", "tcp://127.0.0.1:7000")
                            .Client<Upstream>("upstream", ["tcp://relay-a:25", "tcp://relay-b:25"])
                    )
                    .WithReactorHealthCheck()
        );
        WebApplication app = builder.Build();
        app.MapHealthChecks("/health");
        app.Run();
    }

    public sealed class Greetings
    {
        internal byte[] For(string name) => Encoding.UTF8.GetBytes($"Hello, {name}!\r\n");
    }

    public sealed class Greeter(Greetings greetings) : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line) =>
            Write(greetings.For(Encoding.UTF8.GetString(line)));
    }

    public sealed class Upstream : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line) { }
    }

    public sealed class Monitor(IRequiredActor<Upstream> upstream, ActorSystem system)
    {
        public async Task<string> Describe()
        {
            upstream.ActorRef.Tell("NOOP");
            ReactorStatus status = await system.Reactor().Status();
            return $"{status.OpenConnections} open, {status.Memory.Used} bytes held";
        }
    }
}
