using System;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A host that receives mail with STARTTLS, and the Maildir it stores it in.</summary>
public sealed class MailFixture : IAsyncLifetime
{
    internal TempFolder Folder { get; } = new();

    internal HostProcess Host { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Host = await HostProcess.Start(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--starttls",
            Folder.Certificate,
            Folder.Key,
            "--maildir",
            Folder.Maildir,
            "--handshake-timeout",
            "1s"
        );

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>A session that has been greeted.</summary>
    internal async Task<RawClient> Connect()
    {
        RawClient client = await RawClient.Connect(Host.EndPoint("smtp"));
        Assert.StartsWith("220 ", await client.ReadReply(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>A session that stands before the octets of a message.</summary>
    internal async Task<RawClient> ConnectToData()
    {
        RawClient client = await Connect();
        await client.Send("EHLO t\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
        await client.ReadUntil("354 Start mail input; end with <CRLF>.<CRLF>\r\n");
        return client;
    }
}
