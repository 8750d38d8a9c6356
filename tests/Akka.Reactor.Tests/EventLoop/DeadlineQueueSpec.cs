using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.EventLoop;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.EventLoop;

public sealed class DeadlineQueueSpec(ITestOutputHelper output)
{
    private readonly DeadlineQueue _queue = new();

    [Fact]
    public void An_empty_queue_has_nothing_due_ever()
    {
        Assert.Equal(Deadline.Never, _queue.NextAt);
        Assert.Null(_queue.TakeExpired(long.MaxValue - 1));
    }

    [Fact]
    public void A_deadline_is_taken_once_and_not_before_it_is_due()
    {
        TestDeadline deadline = new();
        _queue.Arm(deadline, 10);
        Assert.Equal(10, _queue.NextAt);
        Assert.Null(_queue.TakeExpired(9));
        Assert.Same(deadline, _queue.TakeExpired(10));
        Assert.Null(_queue.TakeExpired(10));
        Assert.Equal(Deadline.Never, deadline.DueAt);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Moved_to_a_later_time_it_is_not_taken_at_the_earlier_one()
    {
        TestDeadline deadline = new();
        _queue.Arm(deadline, 10);
        _queue.Arm(deadline, 30);
        Assert.Null(_queue.TakeExpired(29));
        Assert.Equal(30, _queue.NextAt);
        Assert.Same(deadline, _queue.TakeExpired(30));
    }

    [Fact]
    public void Moved_to_an_earlier_time_it_is_taken_then()
    {
        TestDeadline first = new();
        TestDeadline moved = new();
        _queue.Arm(first, 20);
        _queue.Arm(moved, 100);
        _queue.Arm(moved, 10);
        Assert.Equal(10, _queue.NextAt);
        Assert.Same(moved, _queue.TakeExpired(15));
        Assert.Null(_queue.TakeExpired(15));
    }

    [Fact]
    public void A_disarmed_deadline_is_let_go_of()
    {
        TestDeadline deadline = new();
        _queue.Disarm(deadline);
        _queue.Arm(deadline, 10);
        _queue.Disarm(deadline);
        _queue.Disarm(deadline);
        Assert.Equal(0, _queue.Count);
        Assert.Null(_queue.TakeExpired(100));
        _queue.Arm(deadline, 200);
        Assert.Same(deadline, _queue.TakeExpired(200));
    }

    [Fact]
    public void Behaves_as_a_sorted_table_would()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        TestDeadline[] deadlines = [.. Enumerable.Range(0, 60).Select(_ => new TestDeadline())];
        Dictionary<Deadline, long> expected = [];
        long now = 0;
        for (int step = 0; step < 50_000; step++)
        {
            TestDeadline deadline = deadlines[random.Next(deadlines.Length)];
            switch (random.Next(4))
            {
                case 0:
                    _queue.Disarm(deadline);
                    expected.Remove(deadline);
                    break;
                case 1:
                    now += random.Next(10);
                    Expire(expected, now);
                    break;
                default:
                    long dueAt = now + random.Next(1, 100);
                    _queue.Arm(deadline, dueAt);
                    expected[deadline] = dueAt;
                    break;
            }

            Assert.Equal(expected.Count, _queue.Count);
            Assert.True(expected.Count == 0 || _queue.NextAt <= expected.Values.Min());
        }
    }

    private void Expire(Dictionary<Deadline, long> expected, long now)
    {
        long last = 0;
        while (_queue.TakeExpired(now) is { } expired)
        {
            Assert.True(expected.Remove(expired, out long dueAt));
            Assert.InRange(dueAt, last, now);
            last = dueAt;
        }

        Assert.True(expected.Values.All(dueAt => dueAt > now));
    }

    private sealed class TestDeadline : Deadline
    {
        internal override void Expire() => throw new InvalidOperationException("The queue expires nothing itself.");
    }
}
