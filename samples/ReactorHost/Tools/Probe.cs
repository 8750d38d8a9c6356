using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor;

namespace ReactorHost.Tools;

/// <summary>Connects to a server, says what TLS has agreed on, and relays standard input and output.</summary>
/// <param name="Server">HOST:PORT.</param>
/// <param name="Tls">Whether TLS is on from the first byte.</param>
/// <param name="StartTls">The protocol in which TLS is started; null for none.</param>
/// <param name="Ca">A PEM file with the authorities to trust.</param>
/// <param name="Alpn">The application protocols.</param>
/// <param name="Quiet">Whether only the server's bytes go to the output.</param>
internal sealed record Probe(
    string Server,
    bool Tls,
    string? StartTls,
    string? Ca,
    IReadOnlyList<string> Alpn,
    bool Quiet
)
{
    internal Task<int> Run() => Outgoing.Run(Run);

    private static async Task WriteTo(Stream stream, PipeReader output)
    {
        try
        {
            await output.CopyToAsync(stream);
        }
        finally
        {
            await output.CompleteAsync();
        }
    }

    private async Task<int> Run(ActorSystem system)
    {
        Pipe output = new();
        Task writing = WriteTo(Console.OpenStandardOutput(), output.Reader);
        TaskCompletionSource<ReactorException?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StartTlsDialogue? dialogue = StartTls is null ? null : StartTlsDialogue.Of(StartTls);
        Stream input = Console.OpenStandardInput();
        Props protocol = Props.Create(() => new ProbeProtocol(dialogue, Quiet, input, output.Writer, ended));
        ReactorException? failure;
        try
        {
            await system
                .Reactor()
                .Connect($"{(Tls ? "tls" : "tcp")}://{Server}", protocol, Outgoing.Options(system, Ca, Alpn));
            failure = await ended.Task;
        }
        finally
        {
            await output.Writer.CompleteAsync();
            await writing;
        }

        return failure is null ? 0 : Outgoing.Tell(failure);
    }
}
