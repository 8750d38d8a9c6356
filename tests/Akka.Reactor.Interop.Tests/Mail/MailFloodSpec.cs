using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>More mail at one time than the process may have memory for.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
[Trait("Machine", "quiet")]
public sealed class MailFloodSpec(ITestOutputHelper output) : IDisposable
{
    private static readonly int Senders = Soak.Scale(16, 100);
    private static readonly int Size = Soak.Scale(8, 31) * 1024 * 1024;

    // Room for a third of it; the heap is smaller than that.
    private static readonly long Room = (long)Senders * Size / 3;
    private static readonly int Heap = Soak.Scale(64, 256) * 1024 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(Soak.Scale(2, 15));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_sender_is_answered_250_or_452_and_the_host_lives()
    {
        string config = _folder.Combine("room.conf");
        await File.WriteAllTextAsync(
            config,
            $$"""
            akka.reactor.listeners {
              smtp.options { spool-limit = {{Room}}B, max-message-size = {{Size}}B, delivery-timeout = 5m }
              echo { bind = "tcp://127.0.0.1:0", protocol = "Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols" }
            }
            """
        );
        await using HostProcess host = await HostProcess.StartUnder(
            ["env", $"DOTNET_GCHeapHardLimit=0x{Heap:x}"],
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--maildir",
            _folder.Maildir,
            "--config",
            config
        );
        using RawClient waiting = await RawClient.Connect(host.EndPoint("smtp"));
        await waiting.ReadReply();
        using Bystander bystander = new(host.EndPoint("echo"));
        string[] replies = await Task.WhenAll(Enumerable.Range(0, Senders).Select(number => SendMail(host, number)));
        output.WriteLine(await bystander.AssertServed());

        Assert.All(
            replies,
            reply => Assert.Contains(reply, new[] { "250 2.0.0", "452 4.3.1" }, StringComparer.Ordinal)
        );
        string[] stored = StoredMail.Files(_folder.Maildir, "new");
        Assert.Equal(replies.Count(reply => reply[0] == '2'), stored.Length);
        Assert.NotEmpty(stored);
        Assert.All(stored, file => Assert.InRange(new FileInfo(file).Length, Size, Size + 1000));
        Assert.Contains("452 4.3.1", replies, StringComparer.Ordinal);

        // All room is given back, and nothing stays on the disk.
        await waiting.Send("NOOP\r\n");
        Assert.Equal("250 2.0.0 Ok\r\n", await waiting.ReadReply());
        string[] after = await Task.WhenAll(Enumerable.Range(Senders, 2).Select(number => SendMail(host, number)));
        Assert.All(after, reply => Assert.Equal("250 2.0.0", reply));
        Assert.True(SpinWait.SpinUntil(SpoolIsEmpty, TimeSpan.FromSeconds(20)));
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task Files_of_a_host_that_was_killed_are_deleted_by_the_next()
    {
        HostProcess killed = await Start();
        using (RawClient client = await RawClient.Connect(killed.EndPoint("smtp")))
        {
            await client.Send("EHLO t\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
            await client.ReadUntil("354 Start mail input; end with <CRLF>.<CRLF>\r\n");
            await client.Send(Block(0, 512 * 1024));
            Assert.True(SpinWait.SpinUntil(() => !SpoolIsEmpty(), TimeSpan.FromSeconds(20)));
            await killed.DisposeAsync();
        }

        Assert.False(SpoolIsEmpty());
        await using HostProcess next = await Start();
        Assert.True(SpoolIsEmpty());

        Task<HostProcess> Start() => HostProcess.Start("smtp", "--listen", "127.0.0.1:0", "--maildir", _folder.Maildir);
    }

    private bool SpoolIsEmpty()
    {
        string spool = _folder.Maildir + ".spool";
        return !Directory.Exists(spool) || Directory.GetFiles(spool).Length == 0;
    }

    /// <returns>The first nine characters of what answers the message.</returns>
    private static async Task<string> SendMail(HostProcess host, int number)
    {
        using CancellationTokenSource deadline = new(Deadline);
        using TcpClient client = new();
        await client.ConnectAsync(host.EndPoint("smtp"), deadline.Token);
        NetworkStream stream = client.GetStream();
        using StreamReader replies = new(stream, Encoding.ASCII);
        await stream.WriteAsync(
            "HELO t\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n"u8.ToArray(),
            deadline.Token
        );
        string? reply = null;
        for (int line = 0; line < 5; line++)
        {
            reply = await replies.ReadLineAsync(deadline.Token);
        }

        if (reply!.StartsWith("354", StringComparison.Ordinal))
        {
            byte[] block = Block(number, 256 * 1024);
            for (int sent = 0; sent < Size; sent += block.Length)
            {
                await stream.WriteAsync(block, deadline.Token);
            }

            await stream.WriteAsync(".\r\n"u8.ToArray(), deadline.Token);
            reply = await replies.ReadLineAsync(deadline.Token);
        }

        return reply![..9];
    }

    private static byte[] Block(int number, int size) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{number:D62}\r\n", size / 64)));
}
