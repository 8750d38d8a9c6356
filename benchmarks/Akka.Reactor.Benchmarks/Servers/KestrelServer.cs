using System;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// A server on Kestrel without HTTP: a <see cref="ConnectionHandler"/> on Kestrel's pipes, with the default configuration.
/// </summary>
internal sealed class KestrelServer : IPeerServer
{
    private WebApplication? _application;

    public async Task<int> Start(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<Echo>())
        );
        _application = builder.Build();
        await _application.StartAsync();
        IServerAddressesFeature addresses = _application
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!;
        return new Uri(addresses.Addresses.Single()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is { } application)
        {
            await application.DisposeAsync();
        }
    }

    private sealed class Echo : ConnectionHandler
    {
        public override Task OnConnectedAsync(ConnectionContext connection) =>
            PipeEcho.Run(connection.Transport.Input, connection.Transport.Output);
    }
}
