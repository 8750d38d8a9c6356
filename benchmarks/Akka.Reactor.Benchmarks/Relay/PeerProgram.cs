using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Comparison;

namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>A third-party server that listens on a port of loopback.</summary>
internal sealed class PeerProgram : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private PeerProgram(ChildProcess process, int port)
    {
        Process = process;
        Port = port;
    }

    internal ChildProcess Process { get; }

    internal int Port { get; }

    /// <summary>Starts nginx, which answers every request with a few bytes, in one process, and never ends a connection.</summary>
    internal static Task<PeerProgram> Nginx(DirectoryInfo folder, int? cpu, CancellationToken cancel)
    {
        int port = FreePort();
        string path = Write(
            folder,
            "nginx.conf",
            $$"""
            daemon off;
            master_process off;
            pid {{folder.FullName}}/nginx.pid;
            error_log stderr;
            events { worker_connections 16384; }
            http {
              access_log off;
              keepalive_requests 1000000000;
              keepalive_timeout 1h;
              server { listen 127.0.0.1:{{port}}; location / { return 200 "hello\n"; } }
            }
            """
        );
        return Start("nginx", ["-c", path], port, cpu, cancel);
    }

    /// <summary>Starts haproxy, which passes connections on to a port, on one thread.</summary>
    internal static Task<PeerProgram> HaProxy(DirectoryInfo folder, int target, int? cpu, CancellationToken cancel)
    {
        int port = FreePort();
        string path = Write(
            folder,
            "haproxy.cfg",
            $"""
            global
              nbthread 1
              no strict-limits
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            listen relay
              bind 127.0.0.1:{port}
              server target 127.0.0.1:{target}

            """
        );
        return Start("haproxy", ["-q", "-db", "-f", path], port, cpu, cancel);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string Write(DirectoryInfo folder, string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<PeerProgram> Start(
        string program,
        string[] arguments,
        int port,
        int? cpu,
        CancellationToken cancel
    )
    {
        PeerProgram started = new(ChildProcess.StartForeign(program, arguments, cpu), port);
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(s_patience);
            while (!await Listens(port, cancel))
            {
                await Task.Delay(s_pause, patience.Token);
            }

            return started;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            await started.DisposeAsync();
            throw new InvalidOperationException($"{program} does not listen on port {port} after {s_patience}.", late);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> Listens(int port, CancellationToken cancel)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
