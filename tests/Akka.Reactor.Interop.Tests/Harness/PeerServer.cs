using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A server of others, which listens on a port of 127.0.0.1 until it is killed.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private PeerServer(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    internal int Id => _process.Id;

    /// <summary>A port that nobody listens on at the moment.</summary>
    internal static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Returns once it accepts connections.</summary>
    internal static async Task<PeerServer> Start(int port, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        PeerServer server = new(Process.Start(start)!);
        try
        {
            await server.WaitUntilItListens(port);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers every HTTP request with the addresses that the PROXY header of its connection holds.</summary>
    internal static async Task<PeerServer> HaproxyThatTellsWho(int port, TempFolder folder)
    {
        string file = folder.Combine("haproxy.cfg");
        await File.WriteAllTextAsync(
            file,
            $"""
            defaults
              mode http
              timeout client 10s
              timeout connect 10s
              timeout server 10s
            frontend in
              bind 127.0.0.1:{port} accept-proxy
              http-request return status 200 content-type text/plain lf-string "from %[src]:%[src_port] to %[dst]:%[dst_port]."

            """
        );
        return await Start(port, "haproxy", "-db", "-f", file);
    }

    /// <summary>Kills it, and returns what it has written.</summary>
    internal async Task<string> Stop()
    {
        await End();
        return await _output.WaitAsync(Deadline) + await _errors.WaitAsync(Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        _process.Dispose();
    }

    private async Task End()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().WaitAsync(Deadline);
    }

    private async Task WaitUntilItListens(int port)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (true)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
                return;
            }
            catch (SocketException refused)
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException(
                        $"{_process.StartInfo.FileName} has exited: {await _output}{await _errors}",
                        refused
                    );
                }

                await Pause.BetweenLooks(deadline.Token);
            }
        }
    }
}
