using System.Linq;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>What a peer may repeat, it may not repeat without end.</summary>
public sealed class SmtpEndlessSpec
{
    [Fact]
    public void Recipients_over_the_limit_end_in_421()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { HostName = "mx.test", MaxRecipients = 3 });
        dialogue.Greeted();
        dialogue.Say("MAIL FROM:<a@b.test>\r\n");
        string replies = dialogue.Say(string.Concat(Enumerable.Repeat("RCPT TO:<c@d.test>\r\n", 99_000)));
        Assert.Equal(
            string.Concat(Enumerable.Repeat("250 2.1.5 Ok\r\n", 3))
                + string.Concat(Enumerable.Repeat("452 4.5.3 Too many recipients\r\n", 19))
                + "421 4.7.0 mx.test: Too many errors\r\n",
            replies
        );
    }
}
