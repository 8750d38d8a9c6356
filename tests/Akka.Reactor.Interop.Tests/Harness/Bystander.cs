using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// A client of an echo server to whom nothing must happen while others misbehave: sends a ping every 10 ms, on schedule and not when
/// the last one has come back, and measures from the moment when it was due. On threads of its own.
/// </summary>
internal sealed class Bystander : IDisposable
{
    private const int PingSize = 8;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MostOfNearlyAll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly Task _sending;
    private readonly Task _receiving;
    private readonly List<TimeSpan> _waits = [];
    private volatile bool _enough;

    internal Bystander(IPEndPoint echo)
    {
        _socket = new Socket(echo.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 20_000,
        };
        _socket.Connect(echo);
        _sending = Task.Factory.StartNew(
            Send,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        _receiving = Task.Factory.StartNew(
            Receive,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    /// <summary>
    /// Ends the pings. On a machine that has nothing else to do, asserts that at most one in a hundred waited for more than 100 ms and
    /// none for a second: <c>.ci/run --soak</c> runs the tests with the trait <c>Machine=quiet</c> once more for this. Returns a line
    /// with the figures.
    /// </summary>
    internal async Task<string> AssertServed()
    {
        await End();
        TimeSpan nearlyAll = _waits[_waits.Count * 99 / 100];
        string said = FormattableString.Invariant(
            $"{_waits.Count} pings: median {_waits[_waits.Count / 2].TotalMilliseconds:F1} ms, p99 {nearlyAll.TotalMilliseconds:F1} ms, max {_waits[^1].TotalMilliseconds:F1} ms"
        );
        Assert.True(!Soak.MachineIsQuiet || (nearlyAll <= MostOfNearlyAll && _waits[^1] <= Most), said);
        return said;
    }

    /// <summary>Ends the pings, and returns how long the one that waited longest has waited.</summary>
    internal async Task<TimeSpan> Worst()
    {
        await End();
        return _waits[^1];
    }

    public void Dispose() => _socket.Dispose();

    private async Task End()
    {
        _enough = true;
        await _sending.WaitAsync(TimeSpan.FromSeconds(20));
        _socket.Shutdown(SocketShutdown.Send);
        await _receiving.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.NotEmpty(_waits);
        _waits.Sort();
    }

    // The bytes of a ping are the moment when it was due.
    private void Send()
    {
        long due = Stopwatch.GetTimestamp();
        while (!_enough)
        {
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero)
            {
                Pause.Block(early, "the next ping is due");
            }

            _socket.Send(BitConverter.GetBytes(due));
            due += (long)(Period.TotalSeconds * Stopwatch.Frequency);
        }
    }

    private void Receive()
    {
        byte[] ping = new byte[PingSize];
        int filled = 0;
        while (_socket.Receive(ping, filled, PingSize - filled, SocketFlags.None) is > 0 and var count)
        {
            filled += count;
            if (filled == PingSize)
            {
                filled = 0;
                _waits.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(ping)));
            }
        }
    }
}
