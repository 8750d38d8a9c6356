using System;
using System.Linq;
using Akka.Hosting;
using Akka.Reactor.Hosting;
using HostedServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

// A server whose listener stands in appsettings.json, whose protocol takes a service, and whose health is at /health.
// Settings are found where the program is, whatever folder it is started in.
WebApplicationBuilder builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
);
builder.Services.AddSingleton(new Greetings(builder.Configuration["Greeting"] ?? "Hello"));
builder.Services.AddHealthChecks();
builder.Services.AddAkka(
    "server",
    akka =>
        akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithReactor(reactor => reactor.Settings(builder.Configuration.GetSection("Reactor")))
            .WithReactorHealthCheck()
);

WebApplication app = builder.Build();
app.MapHealthChecks(
    "/health",
    new HealthCheckOptions
    {
        ResponseWriter = static (context, report) =>
            context.Response.WriteAsync(
                $"{report.Status}\n"
                    + string.Concat(
                        report.Entries.Values.SelectMany(entry =>
                            entry.Data.Select(fact => $"{fact.Key}: {fact.Value}\n")
                        )
                    )
            ),
    }
);
await app.RunAsync();
