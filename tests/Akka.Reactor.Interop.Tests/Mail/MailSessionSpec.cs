using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

public sealed class MailSessionSpec : IAsyncLifetime
{
    private readonly MailFixture _mail = new();

    public Task InitializeAsync() => _mail.InitializeAsync();

    public Task DisposeAsync() => _mail.DisposeAsync();

    [Fact]
    public async Task Three_hundred_RCPT_in_one_segment_get_as_many_replies_in_order()
    {
        using RawClient client = await _mail.Connect();
        await client.Send("EHLO t\r\nMAIL FROM:<a@b.test>\r\n");
        await client.ReadUntil("250 2.1.0 Ok\r\n");

        // Some are wrong, so that an answer in another's place would show.
        StringBuilder commands = new();
        StringBuilder replies = new();
        for (int number = 0; number < 300; number++)
        {
            bool wrong = number % 31 == 30;
            commands.Append(wrong ? $"RCPT TO:<r{number}\r\n" : $"RCPT TO:<r{number}@d.test>\r\n");
            replies.Append(wrong ? "501 5.1.3" : "250 2.1.5").Append('\n');
        }

        await client.Send(commands + "NOOP\r\n");
        string[] lines = (await client.ReadUntil("250 2.0.0 Ok\r\n")).Split(
            "\r\n",
            StringSplitOptions.RemoveEmptyEntries
        );
        Assert.Equal(301, lines.Length);
        Assert.Equal(replies.ToString(), string.Concat(lines.Take(300).Select(line => line[..9] + "\n")));

        await client.Send("DATA\r\nto many\r\n.\r\nQUIT\r\n");
        Assert.Contains("250 2.0.0 Ok: stored\r\n", await client.ReadToEnd(), StringComparison.Ordinal);
        StoredMail mail = Assert.Single(StoredMail.ReadAll(_mail.Folder.Maildir));
        Assert.Equal("to many\r\n"u8.ToArray(), mail.Content);
        Assert.DoesNotContain(" for ", mail.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_cannot_be_stored_gets_451_and_leaves_nothing_and_the_next_one_is_stored()
    {
        // Root may write anywhere, but nobody can make a folder where there is a file.
        Directory.CreateDirectory(_mail.Folder.Maildir);
        string obstacle = Path.Combine(_mail.Folder.Maildir, "new");
        await File.WriteAllTextAsync(obstacle, "");
        using RawClient client = await _mail.ConnectToData();
        await client.Send("hello\r\n.\r\n");
        Assert.Equal("451 4.3.0 Not stored, try again later\r\n", await client.ReadReply());
        Assert.Empty(StoredMail.Files(_mail.Folder.Maildir, "tmp"));
        await _mail.Host.WaitForLine(client.Name, "not stored");

        File.Delete(obstacle);
        await client.Send("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nagain\r\n.\r\n");
        await client.ReadUntil("250 2.0.0 Ok: stored\r\n");
        Assert.Equal("again\r\n"u8.ToArray(), Assert.Single(StoredMail.ReadAll(_mail.Folder.Maildir)).Content);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_dropped_in_DATA_leaves_nothing(bool reset)
    {
        string name;
        using (RawClient client = await _mail.ConnectToData())
        {
            name = client.Name;
            await client.Send(new string('x', 500) + "\r\n.");
            if (reset)
            {
                client.Reset();
            }
        }

        await _mail.Host.WaitForLine(name, "closed");
        Assert.Empty(StoredMail.Files(_mail.Folder.Maildir, "new"));
        Assert.Empty(StoredMail.Files(_mail.Folder.Maildir, "tmp"));
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\r.\r")]
    [InlineData("\r\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n\0.\r\n\n.\r\n")]
    public async Task Only_CRLF_dot_CRLF_ends_a_message(string ending)
    {
        using RawClient client = await _mail.ConnectToData();
        await client.Send(
            $"first{ending}MAIL FROM:<x@evil.test>\r\nRCPT TO:<y@d.test>\r\nDATA\r\nsecond\r\n.\r\nQUIT\r\n"
        );
        string[] replies = (await client.ReadToEnd()).Split("\r\n");
        Assert.Equal("250 2.0.0 Ok: stored", replies[0]);
        Assert.StartsWith("221 ", replies[1], StringComparison.Ordinal);
        StoredMail mail = Assert.Single(StoredMail.ReadAll(_mail.Folder.Maildir));
        Assert.EndsWith("DATA\r\nsecond\r\n", Encoding.Latin1.GetString(mail.Content), StringComparison.Ordinal);
    }
}
