using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Reactor.Buffers;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Buffers;

public sealed class WriteQueueSpec(ITestOutputHelper output)
{
    private const int SendInPlace = 16 * 1024;
    private readonly byte[] _scratch = new byte[64];

    [Fact]
    public void An_empty_queue_has_nothing_to_send_to_complete_or_to_abandon()
    {
        WriteQueue<int> queue = new();
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Bytes);
        Assert.True(queue.Peek(_scratch).IsEmpty);
        Assert.False(queue.TryTakeCompleted(out _));
        Assert.False(queue.TryAbandon(out _));
    }

    [Fact]
    public void Small_neighbours_leave_as_one()
    {
        WriteQueue<int> queue = Queue("ab", "", "cde", "f");
        Assert.Equal("abcdef"u8, queue.Peek(_scratch));
    }

    [Fact]
    public void A_single_write_is_sent_from_where_it_lies()
    {
        byte[] data = "abc"u8.ToArray();
        WriteQueue<int> queue = new();
        queue.Enqueue(new ReadOnlySequence<byte>(data), 1);
        Assert.True(queue.Peek(_scratch).Overlaps(data));
    }

    [Fact]
    public void A_large_piece_is_sent_from_where_it_lies_and_small_ones_before_it_are_gathered()
    {
        byte[] large = new byte[SendInPlace];
        WriteQueue<int> queue = Queue("ab");
        queue.Enqueue(new ReadOnlySequence<byte>(large), 9);
        queue.Enqueue(new ReadOnlySequence<byte>("z"u8.ToArray()), 10);
        Assert.Equal(64, queue.Peek(_scratch).Length);
        queue.Advance(2);
        Assert.True(queue.TryTakeCompleted(out _));
        ReadOnlySpan<byte> bytes = queue.Peek(_scratch);
        Assert.Equal(SendInPlace, bytes.Length);
        Assert.True(bytes.Overlaps(large));
    }

    [Fact]
    public void More_than_the_scratch_buffer_holds_is_gathered_in_turns()
    {
        WriteQueue<int> queue = Queue("abc", "defgh", "ij");
        MemoryStream sent = new();
        List<int> completed = [];
        while (queue.Peek(_scratch.AsSpan(0, 4)) is { IsEmpty: false } bytes)
        {
            Assert.InRange(bytes.Length, 1, 4);
            sent.Write(bytes);
            queue.Advance(bytes.Length);
            completed.AddRange(Completed(ref queue));
        }

        Assert.Equal("abcdefghij"u8, sent.ToArray());
        Assert.Equal([0, 1, 2], completed);
    }

    [Fact]
    public void Every_split_of_every_send_keeps_bytes_and_acknowledgements_in_order()
    {
        string[] writes = ["", "a", "bcd", "", "", "ef", "ghij", ""];
        byte[] all = "abcdefghij"u8.ToArray();
        for (int first = 0; first <= all.Length; first++)
        {
            for (int second = first; second <= all.Length; second++)
            {
                WriteQueue<int> queue = Queue(writes);
                List<int> completed = [];
                int sent = 0;
                foreach (int upTo in (int[])[first, second, all.Length])
                {
                    Assert.Equal(all[sent..], queue.Peek(_scratch).ToArray());
                    queue.Advance(upTo - sent);
                    sent = upTo;
                    completed.AddRange(Completed(ref queue));
                    Assert.Equal(DoneBy(writes, sent), completed);
                    Assert.Equal(all.Length - sent, queue.Bytes);
                }

                Assert.True(queue.IsEmpty);
            }
        }
    }

    [Fact]
    public void Empty_writes_complete_in_order_without_being_sent()
    {
        WriteQueue<int> queue = Queue("", "", "a", "");
        Assert.False(queue.IsEmpty);
        Assert.Equal([0, 1], Completed(ref queue));
        queue.Advance(1);
        Assert.Equal([2, 3], Completed(ref queue));
        queue.Enqueue(default, 7);
        Assert.True(queue.Peek(_scratch).IsEmpty);
        Assert.False(queue.IsEmpty);
        Assert.Equal([7], Completed(ref queue));
    }

    [Fact]
    public void A_write_of_several_pieces_completes_once_and_whole()
    {
        WriteQueue<int> queue = new();
        queue.Enqueue(Sequences.Of([], "ab"u8.ToArray(), [], "c"u8.ToArray(), []), 5);
        Assert.Equal("abc"u8, queue.Peek(_scratch));
        queue.Advance(2);
        Assert.Empty(Completed(ref queue));
        Assert.Equal("c"u8, queue.Peek(_scratch));
        queue.Advance(1);
        Assert.Equal([5], Completed(ref queue));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void What_is_abandoned_comes_back_in_order_and_leaves_a_queue_that_can_be_used_again()
    {
        WriteQueue<int> queue = Queue("abc", "", "de");
        queue.Advance(1);
        Assert.Empty(Completed(ref queue));
        Assert.Equal([0, 1, 2], Abandoned(ref queue));
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Bytes);
        queue.Enqueue(new ReadOnlySequence<byte>("x"u8.ToArray()), 3);
        Assert.Equal("x"u8, queue.Peek(_scratch));
    }

    [Fact]
    public void What_was_taken_and_not_asked_for_is_counted_when_writes_are_abandoned()
    {
        WriteQueue<int> queue = Queue("abc", "de");
        queue.Advance(4);
        Assert.Equal([0, 1], Abandoned(ref queue));
        Assert.Equal(0, queue.Bytes);
        queue.Enqueue(new ReadOnlySequence<byte>("xy"u8.ToArray()), 2);
        Assert.Empty(Completed(ref queue));
        Assert.Equal("xy"u8, queue.Peek(_scratch));
    }

    [Fact]
    public void Behaves_as_a_list_of_writes_would()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            Compare(random);
        }
    }

    private static void Compare(Random random)
    {
        WriteQueue<int> queue = new();
        byte[] scratch = new byte[random.Next(1, 40_000)];
        Queue<(int State, long End)> expected = new();
        MemoryStream written = new();
        long sent = 0;
        int state = 0;
        for (int step = 0; step < 40; step++)
        {
            if (random.Next(3) > 0)
            {
                int length = random.Next(8) switch
                {
                    0 => 0,
                    1 => random.Next(SendInPlace, 3 * SendInPlace),
                    _ => random.Next(1, 3000),
                };
                byte[] data = Sequences.Bytes(random, length);
                written.Write(data);
                expected.Enqueue((state, written.Length));
                queue.Enqueue(Sequences.Cut(data, random), state++);
            }
            else
            {
                ReadOnlySpan<byte> bytes = queue.Peek(scratch);
                Assert.Equal(sent == written.Length, bytes.IsEmpty);
                Assert.True(bytes.SequenceEqual(written.ToArray().AsSpan((int)sent, bytes.Length)));
                int taken = random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length + 1);
                queue.Advance(taken);
                sent += taken;
                while (queue.TryTakeCompleted(out int completed))
                {
                    (int State, long End) next = expected.Dequeue();
                    Assert.Equal(next.State, completed);
                    Assert.True(next.End <= sent);
                }

                Assert.True(expected.Count == 0 || expected.Peek().End > sent);
            }

            Assert.Equal(written.Length - sent, queue.Bytes);
            Assert.Equal(expected.Count == 0, queue.IsEmpty);
        }

        Assert.Equal(expected.Select(write => write.State), Abandoned(ref queue));
        Assert.Equal(0, queue.Bytes);
    }

    private static WriteQueue<int> Queue(params string[] writes)
    {
        WriteQueue<int> queue = new();
        for (int i = 0; i < writes.Length; i++)
        {
            queue.Enqueue(new ReadOnlySequence<byte>(System.Text.Encoding.ASCII.GetBytes(writes[i])), i);
        }

        return queue;
    }

    private static List<int> Completed(ref WriteQueue<int> queue)
    {
        List<int> states = [];
        while (queue.TryTakeCompleted(out int state))
        {
            states.Add(state);
        }

        return states;
    }

    private static List<int> Abandoned(ref WriteQueue<int> queue)
    {
        List<int> states = [];
        while (queue.TryAbandon(out int state))
        {
            states.Add(state);
        }

        return states;
    }

    private static List<int> DoneBy(string[] writes, int sent)
    {
        List<int> done = [];
        int end = 0;
        for (int i = 0; i < writes.Length && (end += writes[i].Length) <= sent; i++)
        {
            done.Add(i);
        }

        return done;
    }
}
