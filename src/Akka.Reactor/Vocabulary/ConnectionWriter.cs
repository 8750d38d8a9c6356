using System;
using System.Buffers;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// Writes to a connection from any thread, with an answer at once: accepted, or no room. Made by the protocol of the connection
/// (<see cref="ProtocolActor.CreateWriter"/>), for code that is no actor or cannot wait for an answer.
/// </summary>
/// <remarks>
/// <para>
/// The bytes of one call stay together. The bytes of calls that come one after the other leave in that order, be it on one thread or not.
/// What is accepted while the protocol's loop is busy takes one message and one write together. It leaves through the layers that the
/// connection has at that time, and has no fixed place among the protocol's own writes, except that a message that a thread sends to the
/// protocol after its call is handled behind the bytes.
/// </para>
/// <para>
/// The writer ends with its connection, when the protocol closes or ends writing, and when it hands the connection on; <see cref="Ended"/>
/// tells which. Bytes accepted before a <see cref="ProtocolActor.Close()"/>, <see cref="ProtocolActor.CloseWrite"/> or
/// <see cref="ProtocolActor.SwapProtocol"/> leave before it. If the connection is lost, <see cref="Pending"/> tells how many bytes were lost
/// with it. They are not listed in <see cref="Closed.Undelivered"/>.
/// </para>
/// </remarks>
public sealed class ConnectionWriter
{
    /// <summary>The least limit of a writer, in bytes.</summary>
    internal const int LeastLimit = 1024;

    private readonly Lock _gate = new();
    private readonly IActorRef _protocol;
    private readonly Action<ConnectionWriter>? _onRoom;
    private readonly WriterReady _ready;

    // All below is protected by the gate.
    private InboundBuffer _waiting = new();
    private long _waitingCost;
    private bool _isAnnounced;

    // The bytes that the kernel does not have, and what they count.
    private long _pending;
    private long _cost;

    // The cost of the largest write that was refused since there was room last; 0 if none was.
    private long _wanted;
    private ReactorException? _ended;

    internal ConnectionWriter(IActorRef protocol, int limit, Action<ConnectionWriter>? onRoom)
    {
        _protocol = protocol;
        Limit = limit;
        _onRoom = onRoom;
        _ready = new WriterReady(this);
    }

    /// <summary>
    /// The limit for the bytes that are accepted and that the kernel does not have yet. Each write counts as 128 bytes more than its size.
    /// The limit comes on top of <see cref="ConnectionOptions.WriteQueueLimit"/>, which does not bound what writers have accepted.
    /// </summary>
    public int Limit { get; }

    /// <summary>
    /// The number of bytes that were accepted and that the kernel is not known to have. Once the connection is over: the bytes that may not
    /// have arrived.
    /// </summary>
    public long Pending
    {
        get
        {
            lock (_gate)
            {
                return _pending;
            }
        }
    }

    /// <summary>
    /// Why nothing is accepted any more; null while the writer can be used. A <see cref="TransportClosedException"/> with the reason, or a
    /// <see cref="ConnectionHandedOnException"/>.
    /// </summary>
    public ReactorException? Ended
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>Accepts bytes to be sent, or refuses them as a whole. Never waits. Can be called on any thread.</summary>
    /// <param name="data">The bytes. They must not change any more.</param>
    /// <returns>
    /// False if there is no room, or if the writer has ended (<see cref="Ended"/>); nothing of the bytes is sent then. After calls that found
    /// no room the <c>onRoom</c> of <see cref="ProtocolActor.CreateWriter"/> is called once, however many these calls were: when half of the
    /// limit is free and the largest of the refused writes fits, or when the writer has ended.
    /// </returns>
    /// <exception cref="ArgumentException">The bytes can never fit into <see cref="Limit"/>.</exception>
    public bool TryWrite(ReadOnlySequence<byte> data)
    {
        long length = data.Length;
        long cost = length + WriteCost.Overhead;
        if (cost > Limit)
        {
            throw new ArgumentException(
                $"A write of {length} bytes can never be accepted by a writer whose limit is {Limit} bytes (a write counts as {WriteCost.Overhead} bytes more than its size).",
                nameof(data)
            );
        }

        lock (_gate)
        {
            if (_ended is not null)
            {
                return false;
            }

            if (_cost + cost > Limit)
            {
                _wanted = Math.Max(_wanted, cost);
                return false;
            }

            _waiting.Append(data);
            _waitingCost += cost;
            _pending += length;
            _cost += cost;
            if (!_isAnnounced)
            {
                // Inside of the gate: what another thread tells the protocol after its own call must not overtake this.
                _isAnnounced = true;
                _protocol.Tell(_ready, ActorRefs.NoSender);
            }

            return true;
        }
    }

    /// <inheritdoc cref="TryWrite(ReadOnlySequence{byte})"/>
    public bool TryWrite(ReadOnlyMemory<byte> data) => TryWrite(new ReadOnlySequence<byte>(data));

    /// <summary>Takes everything that was accepted and not taken yet, or returns null if there is nothing.</summary>
    internal WriterWrite? Take()
    {
        lock (_gate)
        {
            _isAnnounced = false;
            if (_waitingCost == 0)
            {
                return null;
            }

            WriterBatch batch = new(this, _waiting.Length, _waitingCost);
            WriterWrite write = new(_waiting.Sequence, batch);
            _waiting = new InboundBuffer();
            _waitingCost = 0;
            return write;
        }
    }

    /// <summary>The kernel has these bytes. Returns true if there is room again for what was refused.</summary>
    internal bool Taken(WriterBatch batch)
    {
        lock (_gate)
        {
            _pending -= batch.Bytes;
            _cost -= batch.Cost;
            bool hasRoom = _wanted > 0 && _cost <= Math.Min(Limit / 2, Limit - _wanted);
            _wanted = hasRoom ? 0 : _wanted;
            return hasRoom;
        }
    }

    /// <summary>Accepts nothing any more. Returns true if the refusal of a write has not been followed by a call yet.</summary>
    internal bool End(ReactorException reason)
    {
        lock (_gate)
        {
            _ended ??= reason;
            bool owesCall = _wanted > 0;
            _wanted = 0;
            return owesCall;
        }
    }

    /// <summary>After a refusal: there is room, or the writer has ended.</summary>
    internal void TellRoom() => _onRoom?.Invoke(this);
}
