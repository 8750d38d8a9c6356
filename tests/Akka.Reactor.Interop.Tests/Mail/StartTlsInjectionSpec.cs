using System;
using System.Net.Security;
using System.Text;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// What a peer, or somebody on the way, sends in the clear behind STARTTLS must never be executed: not before the
/// handshake, and above all not after it, when it would count as protected (CVE-2011-0411).
/// </summary>
public sealed class StartTlsInjectionSpec(MailFixture mail) : IClassFixture<MailFixture>
{
    private const string Ready = "220 2.0.0 Ready to start TLS\r\n";
    private const string Command = "STARTTLS\r\n";

    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("MAIL FROM:<x@evil.test>\r\nRCPT TO:<y@d.test>\r\n")]
    [InlineData("Q")]
    [InlineData("\r\n")]
    public async Task Behind_STARTTLS_in_the_same_segment_it_closes_the_connection(string injected)
    {
        string all = Command + injected;

        // The whole in one segment first, then cut in two at every place: the second part right behind the first, and
        // only when the first has been read.
        await AssertRefused(injected, all, "", wait: false);
        for (int cut = 1; cut < all.Length; cut++)
        {
            await AssertRefused($"{injected} cut at {cut}", all[..cut], all[cut..], wait: false);
            await AssertRefused($"{injected} cut at {cut}, later", all[..cut], all[cut..], wait: true);
        }
    }

    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("EHLO evil.test\r\nMAIL FROM:<x@evil.test>\r\n")]
    [InlineData("Q")]
    public async Task In_the_next_segment_before_the_handshake_it_closes_the_connection(string injected)
    {
        for (int cut = 1; cut <= injected.Length; cut++)
        {
            using RawClient client = await Greeted();
            await client.Send(Command);
            Assert.Equal(Ready, await client.ReadReply());
            await client.SendToDeaf(Encoding.ASCII.GetBytes(injected[..cut]));
            await client.SendToDeaf(Encoding.ASCII.GetBytes(injected[cut..]));
            string rest = await client.ReadToEnd();
            Assert.False(HasReply(rest), $"cut at {cut}: {rest}");
            await mail.Host.WaitForLine(client.Name, "closed", "ProtocolViolation");
        }
    }

    [Fact]
    public async Task A_handshake_after_injected_commands_does_not_succeed()
    {
        using RawClient client = await Greeted();
        await client.Send(Command + "RSET\r\n");
        await using SslStream tls = new(client.Stream(), leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<Exception>(() =>
            tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(20))
        );
    }

    [Fact]
    public async Task A_ClientHello_right_behind_the_220_is_not_lost()
    {
        for (int round = 0; round < Soak.Scale(50, 500); round++)
        {
            using RawClient client = await Greeted();
            await client.Send(Command);
            Assert.Equal(Ready, await client.ReadReply());
            await using SslStream tls = new(
                client.Stream(),
                leaveInnerStreamOpen: true,
                (_, certificate, _, _) => RawClient.Trusts(mail.Folder.Certificate, certificate)
            );
            await tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(20));

            // What was learned in the clear is forgotten: MAIL needs a new EHLO.
            await tls.WriteAsync("MAIL FROM:<a@b.test>\r\n"u8.ToArray());
            byte[] buffer = new byte[200];
            int count = await tls.ReadAsync(buffer.AsMemory()).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.StartsWith("503 5.5.1", Encoding.ASCII.GetString(buffer, 0, count), StringComparison.Ordinal);
        }
    }

    private async Task<RawClient> Greeted()
    {
        RawClient client = await mail.Connect();
        await client.Send("EHLO t\r\n");
        await client.ReadReply();
        return client;
    }

    private async Task AssertRefused(string what, string first, string second, bool wait)
    {
        using RawClient client = await Greeted();
        await client.SendToDeaf(Encoding.ASCII.GetBytes(first));
        if (wait)
        {
            // Another session's answer comes after the loop has been round.
            using RawClient other = await Greeted();
        }

        await client.SendToDeaf(Encoding.ASCII.GetBytes(second));
        string all = await client.ReadToEnd();
        string rest = all.StartsWith(Ready, StringComparison.Ordinal) ? all[Ready.Length..] : all;
        Assert.False(HasReply(rest), $"{what}: {all}");
        await mail.Host.WaitForLine(client.Name, "closed", "ProtocolViolation");
    }

    // A TLS alert may come; a line of SMTP may not.
    private static bool HasReply(string text) => text.Contains("\r\n", StringComparison.Ordinal);
}
