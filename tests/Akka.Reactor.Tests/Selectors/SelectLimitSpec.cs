using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Tests.Polling;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>A whole server on <c>select</c>, in a process that has more descriptors open than <c>select</c> can watch.</summary>
[Engine("select")]
[Collection(Alone.Name)]
public sealed class SelectLimitSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor { engine = select, selectors = 1 }", "select-limit", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PosixSockets _sockets = new();

    [EngineFact]
    public async Task A_connection_beyond_the_limit_is_refused_with_one_line_and_the_server_lives_on()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using Peer early = await Peer.ConnectTo(bound);
        await AssertEchoes(early, "early");
        int before = Descriptors.CountOpen();
        List<int> taken = TakeLowDescriptors();
        try
        {
            for (int i = 0; i < 3; i++)
            {
                await EventFilter
                    .Info(contains: "closed: Failed: The engine select cannot watch descriptor")
                    .ExpectOneAsync(() => ConnectAndBeRefused(bound));
            }

            await AssertEchoes(early, "still here");

            BindException bind = await Assert.ThrowsAsync<BindException>(() =>
                Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>())
            );
            Assert.IsType<DescriptorLimitException>(bind.InnerException);
            DescriptorLimitException connect = await Assert.ThrowsAsync<DescriptorLimitException>(() =>
                Sys.Reactor().Connect($"tcp://127.0.0.1:{bound.Port}", Props.Create<Echo>())
            );
            Assert.True(connect.Descriptor >= connect.Limit);
        }
        finally
        {
            taken.ForEach(descriptor => _sockets.Close(descriptor));
        }

        using Peer late = await Peer.ConnectTo(bound);
        await AssertEchoes(late, "late");
        await AssertEchoes(early, "early again");

        // Both ends of the late connection, and the listener's answer to the dialled one, which found nobody.
        int allowed = before + 10;
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors.CountOpen() <= allowed, Patience),
            $"{before} descriptors were open before, {Descriptors.CountOpen()} are now."
        );
    }

    private static async Task ConnectAndBeRefused(Bound bound)
    {
        try
        {
            using Peer refused = await Peer.ConnectTo(bound);
            Task<string> end = refused.ReceiveToEnd();
            try
            {
                Assert.Equal("", await end.WaitAsync(Patience));
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                Assert.Fail(WhatTheSystemKnows(refused.Socket));
            }
        }
        catch (SocketException reset)
        {
            // It came before the peer knew that it was connected.
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    // It has been seen that no end came in time, at the end of long runs and never alone: this tells who was to blame. Both
    // ends were established then, so somebody still had the server's.
    private static string WhatTheSystemKnows(Socket socket)
    {
        string port = string.Create(CultureInfo.InvariantCulture, $":{((IPEndPoint)socket.LocalEndPoint!).Port:X4} ");
        string[] states =
        [
            .. File.ReadLines("/proc/net/tcp").Where(line => line.Contains(port, StringComparison.Ordinal)),
        ];
        return $"""
            The refused connection {socket.LocalEndPoint} did not end in time.
            The system's sockets of that port: {string.Join(" | ", states)}
            Descriptors of them, in any process: {string.Join(" | ", HoldersOf(states))}
            Readable: {socket.Poll(0, SelectMode.SelectRead)}, in error: {socket.Poll(0, SelectMode.SelectError)}
            Threads of the pool: {ThreadPool.ThreadCount}, work waiting for them: {ThreadPool.PendingWorkItemCount}
            """;
    }

    private static IEnumerable<string> HoldersOf(string[] states)
    {
        string[] links =
        [
            .. states.Select(state =>
                $"socket:[{state.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[9]}]"
            ),
        ];
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => char.IsDigit(path[6])))
        {
            foreach (string descriptor in DescriptorsOf(process))
            {
                if (
                    File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { Name: var name }
                    && links.Contains(name, StringComparer.Ordinal)
                )
                {
                    yield return $"{descriptor} -> {name}";
                }
            }
        }
    }

    private static string[] DescriptorsOf(string process)
    {
        try
        {
            return Directory.GetFiles(Path.Combine(process, "fd"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return [];
        }
    }

    private List<int> TakeLowDescriptors()
    {
        int first = (int)_sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        List<int> taken = [first];
        while (taken[^1] < DescriptorSet.Limit)
        {
            taken.Add(Descriptors.Duplicate(first));
            Assert.True(taken[^1] >= 0);
        }

        return taken;
    }

    private static async Task AssertEchoes(Peer peer, string text)
    {
        await peer.Send(text);
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(await peer.ReceiveExactly(text.Length)));
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
