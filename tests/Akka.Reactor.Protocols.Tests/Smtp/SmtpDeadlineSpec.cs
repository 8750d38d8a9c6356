using System;
using System.Threading;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpDeadlineSpec
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly SmtpOptions Options = new()
    {
        CommandTimeout = 300 * Second,
        LineTimeout = 60 * Second,
        DataTimeout = 100 * Second,
        MinDataRate = 10,
    };

    private readonly SmtpDeadline _deadline = new(Options, Timeout.InfiniteTimeSpan);

    [Fact]
    public void Nothing_is_due_while_the_peer_is_not_waited_for()
    {
        Assert.Null(_deadline.Due);
        _deadline.Observe(SmtpWait.Command, 0, 0, Second);
        _deadline.Observe(SmtpWait.Nothing, 0, 0, Second);
        Assert.Null(_deadline.Due);
        Assert.False(_deadline.IsLate(10_000 * Second));
    }

    [Fact]
    public void A_command_begins_a_new_time_and_an_octet_of_it_does_not()
    {
        _deadline.Observe(SmtpWait.Command, 0, 0, 0 * Second);
        Assert.Equal(300 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Line, 0, 0, 10 * Second);
        Assert.Equal(70 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Line, 0, 0, 50 * Second);
        Assert.Equal(70 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Line, 1, 6, 60 * Second);
        Assert.Equal(120 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Command, 2, 12, 61 * Second);
        Assert.Equal(361 * Second, _deadline.Due);
        Assert.False(_deadline.IsLate(360 * Second));
        Assert.True(_deadline.IsLate(361 * Second));
    }

    [Fact]
    public void A_message_has_to_move_and_to_keep_its_rate_in_every_window()
    {
        _deadline.Observe(SmtpWait.Data, 4, 100, 0 * Second);
        Assert.Equal(100 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Data, 4, 1100, 90 * Second);
        Assert.Equal(100 * Second, _deadline.Due);
        Assert.False(_deadline.IsLate(100 * Second));
        Assert.Equal(190 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Data, 4, 2099, 189 * Second);
        Assert.Equal(200 * Second, _deadline.Due);
        Assert.True(_deadline.IsLate(200 * Second));
    }

    [Fact]
    public void Time_for_the_disk_in_the_middle_of_a_message_does_not_count_and_begins_nothing()
    {
        _deadline.Observe(SmtpWait.Data, 4, 100, 0 * Second);
        _deadline.Observe(SmtpWait.Nothing, 4, 110, 90 * Second);
        _deadline.Observe(SmtpWait.Nothing, 4, 110, 95 * Second);
        Assert.Null(_deadline.Due);
        _deadline.Observe(SmtpWait.Data, 4, 110, 1090 * Second);
        Assert.Equal(1100 * Second, _deadline.Due);
        _deadline.Observe(SmtpWait.Data, 4, 111, 1095 * Second);
        Assert.True(_deadline.IsLate(1100 * Second));
    }

    [Fact]
    public void The_next_message_of_one_batch_has_a_time_of_its_own()
    {
        _deadline.Observe(SmtpWait.Data, 4, 100, 0 * Second);
        _deadline.Observe(SmtpWait.Data, 7, 200, 99 * Second);
        Assert.Equal(199 * Second, _deadline.Due);
    }

    [Fact]
    public void Where_no_rate_is_demanded_something_has_to_come_still()
    {
        SmtpDeadline deadline = new(Options with { MinDataRate = 0 }, Timeout.InfiniteTimeSpan);
        deadline.Observe(SmtpWait.Data, 4, 100, 0 * Second);
        deadline.Observe(SmtpWait.Data, 4, 101, 50 * Second);
        Assert.False(deadline.IsLate(100 * Second));
        Assert.True(deadline.IsLate(150 * Second));
    }

    [Theory]
    [InlineData(200, 199)]
    [InlineData(300, 299)]
    [InlineData(301, 300)]
    [InlineData(400, 300)]
    [InlineData(2, 300)]
    public void It_is_before_the_connections_idle_timeout(int idle, int due)
    {
        SmtpDeadline deadline = new(Options, idle * Second);
        deadline.Observe(SmtpWait.Command, 0, 0, 0 * Second);
        Assert.Equal(due * Second, deadline.Due);
    }
}
