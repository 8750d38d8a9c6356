using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Buffers;
using Akka.Reactor.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Akka.Reactor.Tests.Buffers;

/// <summary>
/// The queue of writes and the buffer of unread input do, with any calls in any order, what a simple list of bytes does.
/// FsCheck makes the calls, and prints those that go wrong with the seed that reproduces them.
/// </summary>
public sealed class BufferPropertiesSpec
{
    // Around the lengths at which the buffers do something else: a scratch buffer, a copied piece, a piece sent in place.
    private static readonly int[] Lengths = [0, 1, 2, 63, 64, 65, 255, 256, 257, 2047, 2048, 2049, 16383, 16384, 20000];

    [Fact]
    public void The_queue_of_writes_is_a_list_of_bytes_with_ends_of_writes_in_it() => Check(() => new QueueModel());

    [Fact]
    public void The_buffer_of_unread_input_is_a_list_of_bytes() => Check(() => new InboundModel());

    private static void Check(Func<IModel> create)
    {
        Gen<int> length = Gen.Frequency((3, Gen.Choose(0, 300)), (1, Gen.Elements(Lengths)));
        Gen<Call> call =
            from kind in Gen.Choose(0, 99)
            from size in length
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select new Call(kind, size, seed);
        Prop.ForAll(
                call.ArrayOf().ToArbitrary(),
                calls =>
                {
                    IModel model = create();
                    foreach (Call next in calls)
                    {
                        model.Do(next);
                    }

                    model.Finish();
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Scale(1_000, 50_000)).WithEndSize(100));
    }

    /// <summary>A call: which one, of how many in a hundred; how many bytes it is about; and what else is drawn for it.</summary>
    private sealed record Call(int Kind, int Size, int Seed);

    private interface IModel
    {
        void Do(Call call);

        void Finish();
    }

    private sealed class QueueModel : IModel
    {
        private readonly byte[] _scratch = new byte[4096];
        private readonly List<byte> _bytes = [];

        // Bytes left of each write, oldest first; the state is the write's number.
        private readonly List<(int State, int Left, int Whole)> _writes = [];
        private WriteQueue<int> _queue;
        private int _states;
        private long _taken;
        private long _completed;

        public void Do(Call call)
        {
            switch (call.Kind)
            {
                case < 50:
                    Enqueue(call);
                    break;
                case < 97:
                    Send(call);
                    break;
                default:
                    Abandon();
                    break;
            }

            Compare();
        }

        public void Finish()
        {
            while (_writes.Count > 0)
            {
                int before = _writes.Count + _bytes.Count;
                Send(new Call(0, int.MaxValue, 1));
                Compare();
                Assert.True(_writes.Count + _bytes.Count < before, "Nothing was sent.");
            }

            Assert.True(_queue.IsEmpty);
        }

        private void Enqueue(Call call)
        {
            Random random = new(call.Seed);
            byte[] data = Sequences.Bytes(random, call.Size);
            _queue.Enqueue(Sequences.Cut(data, random), ++_states);
            _bytes.AddRange(data);
            _writes.Add((_states, data.Length, data.Length));
        }

        // As a channel does: some of what it is given is taken, and then it asks which writes are complete.
        private void Send(Call call)
        {
            Random random = new(call.Seed);
            ReadOnlySpan<byte> next = _queue.Peek(_scratch.AsSpan(0, random.Next(1, _scratch.Length)));
            Assert.Equal(_bytes.Count == 0, next.IsEmpty);
            Assert.True(next.SequenceEqual(_bytes.Take(next.Length).ToArray()), "Other bytes than the next are sent.");
            int count = Math.Min(next.Length, call.Size);
            _queue.Advance(count);
            _bytes.RemoveRange(0, count);
            _taken += count;
            Take(count);
            while (_writes is [{ Left: 0 } complete, ..])
            {
                Assert.True(_queue.TryTakeCompleted(out int state), $"Write {complete.State} is not complete.");
                Assert.Equal(complete.State, state);
                _completed += complete.Whole;
                _writes.RemoveAt(0);
            }

            Assert.False(_queue.TryTakeCompleted(out _));
        }

        private void Take(int count)
        {
            for (int i = 0; count > 0; i++)
            {
                (int state, int left, int whole) = _writes[i];
                int some = Math.Min(left, count);
                _writes[i] = (state, left - some, whole);
                count -= some;
            }
        }

        private void Abandon()
        {
            if (_writes is not [var front, ..])
            {
                Assert.False(_queue.TryAbandon(out _));
                return;
            }

            Assert.True(_queue.TryAbandon(out int state));
            Assert.Equal(front.State, state);
            _bytes.RemoveRange(0, front.Left);
            _writes.RemoveAt(0);
        }

        private void Compare()
        {
            Assert.Equal(_bytes.Count, _queue.Bytes);
            Assert.Equal(_writes.Count, _queue.Count);
            Assert.Equal(_writes.Count == 0, _queue.IsEmpty);
            Assert.Equal(_taken, _queue.Taken);
            Assert.Equal(_completed, _queue.Completed);
        }
    }

    private sealed class InboundModel : IModel
    {
        private readonly InboundBuffer _buffer = new();
        private readonly List<byte> _bytes = [];

        // What was handed out earlier stays as it was, whatever is appended and consumed since.
        private readonly List<(ReadOnlySequence<byte> Kept, byte[] Bytes)> _kept = [];

        public void Do(Call call)
        {
            switch (call.Kind)
            {
                case < 60:
                    Random random = new(call.Seed);
                    byte[] data = Sequences.Bytes(random, call.Size);
                    _buffer.Append(Sequences.Cut(data, random));
                    _bytes.AddRange(data);
                    break;
                case < 65:
                    Assert.Throws<ArgumentOutOfRangeException>(() => _buffer.Consume(_bytes.Count + 1L + call.Size));
                    break;
                case < 70:
                    _kept.Add((_buffer.Sequence, [.. _bytes]));
                    break;
                default:
                    int count = Math.Min(call.Size, _bytes.Count);
                    _buffer.Consume(count);
                    _bytes.RemoveRange(0, count);
                    break;
            }

            Compare();
        }

        public void Finish()
        {
            Assert.All(_kept, kept => Assert.True(kept.Bytes.AsSpan().SequenceEqual(kept.Kept.ToArray())));
            _buffer.Consume(_bytes.Count);
            _bytes.Clear();
            Compare();
        }

        private void Compare()
        {
            Assert.Equal(_bytes.Count, _buffer.Length);
            Assert.Equal(_bytes.Count, _buffer.Sequence.Length);
            Assert.True(_buffer.Sequence.ToArray().AsSpan().SequenceEqual(_bytes.ToArray()), "It holds other bytes.");
        }
    }
}
