using System;
using System.IO;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpOptionsSpec
{
    [Fact]
    public void The_defaults_are_those_documented()
    {
        var options = new SmtpOptions();
        Assert.Equal("localhost", options.HostName);
        Assert.Equal(33_554_432, options.MaxMessageSize);
        Assert.Equal(65_536, options.SpoolThreshold);
        Assert.Equal(1_073_741_824, options.SpoolLimit);
        Assert.Equal(Path.Combine(Path.GetTempPath(), "akka-reactor-spool"), options.SpoolDirectory);
        Assert.Equal(1000, options.MaxRecipients);
        Assert.Equal(int.MaxValue, options.MaxTextLineLength);
        Assert.True(options.SmtpUtf8);
        Assert.False(options.Strict);
        Assert.Equal(20, options.ErrorLimit);
        Assert.Equal(100, options.JunkCommandLimit);
        Assert.Equal(TimeSpan.FromSeconds(60), options.DeliveryTimeout);
        Assert.Equal(TimeSpan.FromMinutes(5), options.CommandTimeout);
        Assert.Equal(TimeSpan.FromMinutes(1), options.LineTimeout);
        Assert.Equal(TimeSpan.FromMinutes(3), options.DataTimeout);
        Assert.Equal(256, options.MinDataRate);
        Assert.True(options.StartTls);
        Assert.False(options.RequireTls);
        Assert.False(options.RequireAuth);
        Assert.Equal(3, options.AuthFailureLimit);
        Assert.Equal(TimeSpan.FromSeconds(30), options.AuthTimeout);
    }

    [Fact]
    public void Strict_mode_limits_text_lines_unless_another_limit_is_set()
    {
        Assert.Equal(1000, new SmtpOptions { Strict = true }.MaxTextLineLength);
        Assert.Equal(7, new SmtpOptions { Strict = true, MaxTextLineLength = 7 }.MaxTextLineLength);
        Assert.Equal(7, new SmtpOptions { MaxTextLineLength = 7 }.MaxTextLineLength);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("two words")]
    [InlineData("a\r\n250 b")]
    [InlineData("caf\u00e9.test")]
    [InlineData("a_b")]
    public void A_bad_host_name_is_refused(string? name)
    {
        Assert.Throws<ArgumentException>(() => new SmtpOptions { HostName = name! });
    }

    [Theory]
    [InlineData("mx.test")]
    [InlineData("[192.0.2.1]")]
    [InlineData("[IPv6:2001:db8::1]")]
    public void A_host_name_or_address_literal_is_taken(string name)
    {
        Assert.Equal(name, new SmtpOptions { HostName = name }.HostName);
    }

    [Fact]
    public void The_longest_host_name_keeps_reply_lines_within_512_octets()
    {
        Assert.Throws<ArgumentException>(() => new SmtpOptions { HostName = new string('h', 256) });
        var dialogue = new SmtpDialogue(new SmtpOptions { HostName = new string('h', 255), ErrorLimit = 1 });
        string replies = dialogue.Do((s, r) => s.Greet(r)) + dialogue.Say("EHLO x\r\nBOGUS\r\n");
        Assert.All(replies.Split("\r\n"), line => Assert.InRange(line.Length, 0, 510));
    }

    [Fact]
    public void Limits_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { MaxMessageSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { SpoolThreshold = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { SpoolLimit = 0 });
        Assert.Throws<ArgumentException>(() => new SmtpOptions { SpoolDirectory = "" });
        Assert.Throws<ArgumentException>(() => new SmtpSpool(new SmtpOptions { MaxMessageSize = 2, SpoolLimit = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { MaxRecipients = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { ErrorLimit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { JunkCommandLimit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { MaxTextLineLength = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { DeliveryTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { AuthFailureLimit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { AuthTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { CommandTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { LineTimeout = TimeSpan.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { DataTimeout = TimeSpan.FromDays(25) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpOptions { MinDataRate = -1 });
    }
}
