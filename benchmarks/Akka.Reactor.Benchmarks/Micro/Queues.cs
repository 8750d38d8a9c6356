using System;
using System.Buffers;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using BenchmarkDotNet.Attributes;

namespace Akka.Reactor.Benchmarks.Micro;

/// <summary>Measures the parts that every message passes: the receive memory, the outbound queue, and the deadlines.</summary>
public class Queues
{
    private const int Connections = 1000;

    private readonly ReceiveMemory _memory = new();
    private WriteQueue<int> _writes; // Not readonly, because the struct is mutable.
    private readonly byte[] _scratch = new byte[64 * 1024];
    private readonly DeadlineQueue _deadlines = new();
    private readonly Deadline[] _armed = new Deadline[Connections];
    private ReadOnlySequence<byte> _message;
    private long _now;

    /// <summary>The number of bytes of a message.</summary>
    [Params(64, 16 * 1024)]
    public int Size { get; set; }

    /// <summary>Prepares the message, and the deadlines that are armed all the time.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _message = new ReadOnlySequence<byte>(new byte[Size]);
        for (int i = 0; i < Connections; i++)
        {
            _armed[i] = new Silent();
            _deadlines.Arm(_armed[i], 60_000 + i);
        }
    }

    /// <summary>Provides room for a receive, and takes the received bytes out of it.</summary>
    [Benchmark]
    public int Receive()
    {
        int room = _memory.Room(64 * 1024, Size).Length;
        return _memory.Take(Math.Min(room, Size)).Length;
    }

    /// <summary>Queues, offers, takes and completes one write.</summary>
    [Benchmark]
    public int Write()
    {
        _writes.Enqueue(_message, 1);
        int count = _writes.Peek(_scratch).Length;
        _writes.Advance(count);
        _writes.TryTakeCompleted(out int state);
        return state;
    }

    /// <summary>Queues, gathers, takes and completes sixteen writes.</summary>
    [Benchmark]
    public int WriteSixteen()
    {
        for (int i = 0; i < 16; i++)
        {
            _writes.Enqueue(_message, i);
        }

        int completed = 0;
        while (!_writes.IsEmpty)
        {
            _writes.Advance(_writes.Peek(_scratch).Length);
            while (_writes.TryTakeCompleted(out _))
            {
                completed++;
            }
        }

        return completed;
    }

    /// <summary>Arms one deadline of a thousand again.</summary>
    [Benchmark]
    public void Rearm()
    {
        _now++;
        _deadlines.Arm(_armed[_now % Connections], _now + 60_000);
    }

    private sealed class Silent : Deadline
    {
        internal override void Expire() { }
    }
}
