using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpSpoolSpec : IDisposable
{
    private const string NoRoom = "452 4.3.1 No room for the message now, try again later\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("smtp-spool-").FullName;

    private string[] Files => Directory.GetFiles(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public void A_message_reads_as_it_came_wherever_it_is(int threshold)
    {
        string body = Body(300_000);
        SmtpDialogue dialogue = new SmtpDialogue(Options() with { SpoolThreshold = threshold }).InData();
        for (int at = 0; at < body.Length; at += 7000)
        {
            dialogue.Say(body[at..Math.Min(at + 7000, body.Length)]);
            Assert.InRange(dialogue.Session.Held, 0, threshold + 7000);
        }

        Assert.Equal("250 2.0.0 Ok: stored\r\n", dialogue.Say(".\r\n"));
        SmtpContent content = Assert.Single(dialogue.Messages).Content;
        Assert.Equal(threshold < body.Length ? 1 : 0, Files.Length);
        Assert.Equal(body.Length, dialogue.Spool.Room.Taken);
        Assert.Equal(body.Length, content.Length);
        Assert.Equal(body, Encode(content.ToArray()));
        content.Release();
        AssertEmpty(dialogue.Spool);
    }

    [Fact]
    public void In_one_block_no_more_than_a_slice_comes_on_top_of_the_threshold()
    {
        var room = new SmtpRoom(long.MaxValue);
        var session = new SmtpSession(Options() with { SpoolThreshold = 1000 }, room, null, canStartTls: false);
        byte[] input = SmtpDialogue.Octets(
            "EHLO t\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n" + new string('x', 1 << 20)
        );
        SmtpStep step = session.Receive(new ReadOnlySequence<byte>(input), new ArrayBufferWriter<byte>());
        Assert.Equal(SmtpAction.Spool, step.Action);
        Assert.InRange(session.Held, 1000, 64 * 1024);
        Assert.Equal(SmtpWait.Nothing, session.Wait);
        Assert.Equal(
            SmtpAction.None,
            session.Receive(new ReadOnlySequence<byte>(input), new ArrayBufferWriter<byte>()).Action
        );
    }

    [Fact]
    public void All_sessions_share_the_room_and_who_finds_none_is_answered_452()
    {
        SmtpOptions options = Options() with
        {
            MaxMessageSize = 100_000,
            SpoolLimit = 151_000,
            SpoolThreshold = 10_000,
        };
        var spool = new SmtpSpool(options);
        SmtpDialogue first = new SmtpDialogue(options, storesAtOnce: false, spool: spool).InData();
        SmtpDialogue second = new SmtpDialogue(options, spool: spool).InData();
        first.Say(Body(90_000) + ".\r\n");
        Assert.True(first.Session.IsDelivering);

        // The rest of it is read, but has come to nothing: the room is for others at once.
        Assert.Equal("", second.Say(Body(90_000)));
        Assert.InRange(spool.Room.Taken, 90_000, 91_000);
        Assert.Equal(NoRoom, second.Say(".\r\n"));
        Assert.Empty(second.Messages);

        // What is announced, and what could not even begin, is refused before it is sent.
        Assert.Equal(NoRoom, second.Say("MAIL FROM:<> SIZE=90000\r\n"));
        Assert.Equal("250 2.1.0 Ok\r\n", second.Say("MAIL FROM:<> SIZE=60000\r\n"));
        SmtpDialogue third = new SmtpDialogue(options, spool: spool).InData();
        third.Say(Body(60_000));
        second.Say("RCPT TO:<c@d.test>\r\n");
        Assert.Equal(NoRoom, second.Say("DATA\r\n"));
        Assert.Equal("250 2.0.0 Ok: stored\r\n", third.Say(".\r\n"));

        third.Messages[0].Content.Release();
        first.Do((s, r) => s.Complete(new SmtpStored(s.Pending!.Id), r));
        first.Messages[0].Content.Release();
        Assert.True(SpinWait.SpinUntil(() => spool.Room.Taken < 1000, TimeSpan.FromSeconds(20)));
        Assert.StartsWith("354", second.Say("DATA\r\n"), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 Ok: stored\r\n", second.Say(Body(60_000) + ".\r\n"));
        second.Messages[0].Content.Release();
        AssertEmpty(spool);
    }

    [Fact]
    public void Messages_that_fit_into_memory_share_it_too()
    {
        SmtpOptions options = Options() with { MaxMessageSize = 1000, SpoolLimit = 2500 };
        var spool = new SmtpSpool(options);
        SmtpDialogue[] dialogues =
        [
            .. Enumerable.Range(0, 4).Select(_ => new SmtpDialogue(options, spool: spool).InData()),
        ];
        foreach (SmtpDialogue dialogue in dialogues)
            dialogue.Say(Body(1000));
        string[] replies = [.. dialogues.Select(dialogue => dialogue.Say(".\r\n")[..9])];
        Assert.Equal(["250 2.0.0", "250 2.0.0", "452 4.3.1", "452 4.3.1"], replies, StringComparer.Ordinal);
    }

    [Fact]
    public void Recipients_take_room_until_their_message_is_answered()
    {
        SmtpOptions options = Options() with { MaxMessageSize = 1000, SpoolLimit = 1000 };
        SmtpDialogue dialogue = new SmtpDialogue(options, storesAtOnce: false).Greeted();
        string rcpt = $"RCPT TO:<{new string('x', 240)}@d.test>\r\n";
        string[] replies = dialogue.Say("MAIL FROM:<>\r\n" + rcpt + rcpt).Split("\r\n");
        Assert.Equal("250 2.1.5", replies[1][..9]);
        Assert.Equal("452 4.3.1", replies[2][..9]);
        long taken = dialogue.Spool.Room.Taken;
        Assert.InRange(taken, 400, 1000);
        dialogue.Say("DATA\r\nx\r\n.\r\n");
        Assert.Equal(taken + 3, dialogue.Spool.Room.Taken);
        dialogue.Do((s, r) => s.Complete(new SmtpStored(s.Pending!.Id), r));
        Assert.Equal(3, dialogue.Spool.Room.Taken);
        foreach (string end in new[] { "RSET\r\n", "EHLO t\r\n", "QUIT\r\n" })
        {
            dialogue.Say("MAIL FROM:<>\r\n" + rcpt);
            Assert.Equal(taken + 3, dialogue.Spool.Room.Taken);
            dialogue.Say(end);
            Assert.Equal(3, dialogue.Spool.Room.Taken);
        }
    }

    [Fact]
    public void A_session_that_is_abandoned_in_a_message_leaves_nothing()
    {
        SmtpDialogue dialogue = new SmtpDialogue(Options() with { SpoolThreshold = 1000 }).InData();
        dialogue.Say(Body(1500));
        dialogue.Say(Body(500));
        Assert.Single(Files);
        SmtpSpoolFile file = dialogue.Session.File!;
        dialogue.Session.Abandon();
        file.Delete();
        file.Delete();
        AssertEmpty(dialogue.Spool);
    }

    [Fact]
    public void A_disk_that_fails_is_answered_452_and_the_session_goes_on()
    {
        SmtpOptions options = Options() with { SpoolThreshold = 1000 };
        var spool = new SmtpSpool(options);
        var session = new SmtpSession(options, spool.Room, null, canStartTls: false);
        var replies = new ArrayBufferWriter<byte>();
        string start = "EHLO t\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n";
        session.Receive(new ReadOnlySequence<byte>(SmtpDialogue.Octets(start + Body(1500))), replies);
        var file = new SmtpSpoolFile(spool);
        session.TakeBlock(file);
        Assert.False(session.NotSpooled(new SmtpSpoolFile(spool)));
        Assert.True(session.NotSpooled(file));
        Assert.False(session.Spooled(file));
        replies.Clear();
        session.Receive(new ReadOnlySequence<byte>(SmtpDialogue.Octets(Body(5000) + ".\r\nNOOP\r\n")), replies);
        Assert.Equal(NoRoom + "250 2.0.0 Ok\r\n", System.Text.Encoding.ASCII.GetString(replies.WrittenSpan));
    }

    [Fact]
    public void Content_is_there_until_it_is_released_and_to_an_open_stream_until_that_is_closed()
    {
        string body = Body(5000);
        SmtpDialogue dialogue = new SmtpDialogue(Options() with { SpoolThreshold = 3000 }).InData();
        dialogue.Say(body[..4000]);
        dialogue.Say(body[4000..] + ".\r\n");
        SmtpContent content = dialogue.Messages[0].Content;
        using (Stream stream = content.OpenRead())
        {
            Assert.Equal(5000, stream.Length);
            content.Release();
            content.Release();
            Assert.Throws<ObjectDisposedException>(content.OpenRead);
            Assert.Equal(5000, dialogue.Spool.Room.Taken);
            byte[] octets = new byte[1000];
            stream.Position = 3500;
            stream.ReadExactly(octets);
            Assert.Equal(body[3500..4500], Encode(octets));
            stream.Seek(-1500, SeekOrigin.End);
            stream.ReadExactly(octets);
            Assert.Equal(body[3500..4500], Encode(octets));
            Assert.Single(Files);
        }

        AssertEmpty(dialogue.Spool);
    }

    [Fact]
    public async Task Octets_written_while_the_message_is_dropped_are_waited_for_and_dropped()
    {
        var spool = new SmtpSpool(Options());
        for (int i = 0; i < 50; i++)
        {
            var file = new SmtpSpoolFile(spool);
            Assert.True(spool.Room.TryTake(100_000));
            Task written = file.Append(new ReadOnlySequence<byte>(new byte[100_000]));
            file.Delete();
            await written.WaitAsync(TimeSpan.FromSeconds(20));
        }

        AssertEmpty(spool);
    }

    [Fact]
    public async Task Room_is_given_back_at_once_however_busy_the_disk_is()
    {
        var spool = new SmtpSpool(Options());
        using var busy = new ManualResetEventSlim();
        Task[] blocked = [.. Enumerable.Range(0, 8).Select(_ => spool.Run(() => busy.Wait()))];
        var file = new SmtpSpoolFile(spool);
        Assert.True(spool.Room.TryTake(100_000));
        Task written = file.Append(new ReadOnlySequence<byte>(new byte[100_000]));
        file.Delete();
        Assert.Equal(0, spool.Room.Taken);
        Assert.False(written.IsCompleted);
        busy.Set();
        await Task.WhenAll([written, .. blocked]).WaitAsync(TimeSpan.FromSeconds(20));
        AssertEmpty(spool);
    }

    [Fact]
    public void What_a_crashed_process_has_left_is_deleted_and_what_is_in_use_is_not()
    {
        string left = Path.Combine(_folder, "smtp-0123.spool");
        string other = Path.Combine(_folder, "other.spool");
        File.WriteAllText(left, "left");
        File.WriteAllText(other, "another's");
        using FileStream used = new SmtpSpool(Options()).Create();
        Assert.False(File.Exists(left));
        _ = new SmtpSpool(Options());
        Assert.True(File.Exists(used.Name));
        Assert.True(File.Exists(other));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(used.Name));
    }

    private SmtpOptions Options() => new() { HostName = "mx.test", SpoolDirectory = _folder };

    private void AssertEmpty(SmtpSpool spool)
    {
        Assert.Equal(0, spool.Room.Taken);

        // The file is deleted by the pool.
        Assert.True(SpinWait.SpinUntil(() => Files.Length == 0, TimeSpan.FromSeconds(20)));
    }

    private static string Encode(byte[] octets) => System.Text.Encoding.Latin1.GetString(octets);

    /// <summary>Lines of 100 octets that differ.</summary>
    private static string Body(int length) =>
        string.Concat(Enumerable.Range(0, length / 100).Select(line => $"{line:D98}\r\n"));
}
