using System;
using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Buffers;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The handshake of one TLS layer among those of its loop: the bytes that wait for their turn, the step that is out on another dispatcher,
/// and what has happened meanwhile. A server has no engine, and so holds little, until the ClientHello is complete. Used by its layer only.
/// </summary>
internal sealed class LayerHandshake : Handshake
{
    /// <summary>
    /// The memory of a connection's TLS while the handshake lasts, mostly that of the system's library. Measured with 5,000 connections
    /// (docs/performance.md).
    /// </summary>
    internal const int Memory = 52 * 1024;

    // What waiting bytes cost besides themselves, about.
    private const int CostOfWaiting = 1024;

    private readonly TlsLayer _layer;
    private readonly IActorRef _ref;
    private readonly TlsSession _session;
    private readonly LoopHandshakes? _others;
    private readonly bool _isServer;
    private readonly ReactorLoop _loop;
    private readonly ConnectionMetrics? _metrics;
    private readonly long _startedAt;
    private bool _isOver;
    private ClientHelloReader _hello;
    private InboundBuffer? _bytes;
    private bool _countsMemory;

    // While a step is out, the engine belongs to it: neither the layer nor this object touches the engine.
    private TlsStep? _step;

    // What has happened while bytes waited or a step was out.
    private bool _endWaits;
    private bool _timeoutWaits;
    private Closed? _closedWaits;

    /// <param name="layer">The layer.</param>
    /// <param name="self">The layer's ref, for calls from outside its message processing.</param>
    /// <param name="session">The layer's engine.</param>
    /// <param name="connection">The connection. If the layer does not run on its loop, the handshake takes no turns.</param>
    internal LayerHandshake(TlsLayer layer, IActorRef self, TlsSession session, Connected connection)
    {
        _layer = layer;
        _ref = self;
        _session = session;
        _loop = connection.Loop;
        _others = _loop.IsCurrent ? _loop.Handshakes : null;
        _metrics = connection.Base?.Metrics;
        _startedAt = _loop.Now;
        _metrics?.HandshakeBegins();
        if (session.MaxClientHelloBytes is { } limit)
        {
            _isServer = true;
            _hello = new ClientHelloReader(limit);
        }
        else
        {
            HasBegun = true;
        }
    }

    /// <summary>True while a step is out on another dispatcher.</summary>
    internal bool IsOut => _step is not null;

    private bool IsGathering => _isServer && !_hello.IsReady;

    private long Length => _bytes?.Length ?? 0;

    // Our own outgoing connections do not count: they are as many as we want.
    private long MemoryNow => _isServer ? (HasBegun ? Memory : 0) + (Length == 0 ? 0 : Length + CostOfWaiting) : 0;

    /// <summary>Begins. A client has the first word.</summary>
    internal void Start()
    {
        if (HasBegun && _others is { AreOffLoop: true })
        {
            _others.Ask(this);
            return;
        }

        if (HasBegun || _others is null)
        {
            CountMemory();
        }

        _session.Start();
        EndIfOver();
    }

    /// <summary>Receives bytes from the peer, and keeps them until it is their turn.</summary>
    internal void Receive(in ReadOnlySequence<byte> data)
    {
        if (_others is null)
        {
            _layer.Take(data);
            EndIfOver();
            return;
        }

        (_bytes ??= new InboundBuffer()).Append(data);
        if (IsGathering)
        {
            foreach (ReadOnlyMemory<byte> piece in data)
            {
                if (_hello.Take(piece.Span) is { } refusal)
                {
                    _layer.FailWith(refusal);
                    return;
                }
            }

            _layer.PayForHello(Length);
        }

        _others.Hold(this, MemoryNow);
        AskIfReady();
    }

    /// <summary>It is the turn of this handshake: takes one step, or sends it to the dispatcher.</summary>
    internal void TakeTurn()
    {
        if (_layer.IsOver)
        {
            // The slot is for others.
            _layer.EndHandshake();
        }

        if (State != HandshakeState.Working || IsOut)
        {
            return;
        }

        CountMemory();
        if (_others!.AreOffLoop)
        {
            _step = new TlsStep(_session, TakeBytes(), _ref);
            _session.Sink = _step;
            _others.Execute(_step);
        }
        else
        {
            TakeStep();
        }
    }

    /// <summary>A step has returned: hands out what the engine had to say, and then continues with what has waited.</summary>
    internal void TakeBack(TlsStep step)
    {
        _session.Sink = _layer;
        try
        {
            if (!_layer.IsOver)
            {
                step.Replay(_layer);
            }
        }
        finally
        {
            _step = null;
        }

        if (!_layer.IsOver)
        {
            _layer.GiveWhatWaited();
        }

        Continue();
        if (_closedWaits is { } closed)
        {
            _layer.TakeClosed(closed);
        }
        else if (_timeoutWaits)
        {
            _layer.TakeHandshakeTimeout();
        }
    }

    /// <summary>The peer has finished. Returns true if that is dealt with here: after what came before it, or as a failure.</summary>
    internal bool KeepsEnd()
    {
        if (IsOut || (Length > 0 && !IsGathering))
        {
            _endWaits = true;
            return true;
        }

        if (Length > 0)
        {
            _layer.FailWith(new TruncatedException(duringHandshake: true, Length));
            return true;
        }

        return false;
    }

    /// <summary>The transport below has ended. Returns true if the layer is to end later.</summary>
    internal bool Keeps(Closed closed)
    {
        if (IsOut)
        {
            _closedWaits = closed;
            return true;
        }

        // What came before the end may say why, in an alert. A handshake that has not begun is not worth the work any more.
        if (HasBegun && Length > 0)
        {
            TakeStep();
        }

        return false;
    }

    /// <summary>The time for the handshake is over.</summary>
    internal void OnTimeout(TimeSpan timeout)
    {
        if (IsOut)
        {
            _timeoutWaits = true;
            return;
        }

        // The peer is not to blame for the time that its bytes have waited here.
        if (HasBegun && Length > 0)
        {
            TakeStep();
        }

        if (!_layer.IsOver && _session.State == TlsSessionState.Handshaking)
        {
            _layer.FailWith(
                State == HandshakeState.Asking
                    ? TlsHandshakeShedException.ForTime(timeout)
                    : new TlsHandshakeTimeoutException(timeout)
            );
        }
    }

    /// <summary>The handshake is over, whatever its end.</summary>
    /// <param name="info">The result; null if the handshake has failed.</param>
    internal void Leave(TlsInfo? info)
    {
        _others?.Leave(this);
        if (_isOver || _metrics is null)
        {
            return;
        }

        _isOver = true;
        _metrics.HandshakeEnds();
        if (_metrics.WantsHandshakes)
        {
            // The end of a connection in which nothing failed is a failure of its handshake.
            ReactorException? failure =
                info is not null ? null
                : _layer.End is { } end ? end.Cause ?? new TransportClosedException(end.Reason)
                : null;
            _metrics.Shook(_loop.Now - _startedAt, failure, info?.Version);
        }
    }

    /// <summary>The layer stops. Returns true if a step is out, which then disposes of the engine.</summary>
    internal bool Abandon()
    {
        Leave(info: null);
        return _step?.Abandon() == true;
    }

    internal override void Begin() => _ref.Tell(TlsTurn.Instance, ActorRefs.NoSender);

    internal override void Shed(long held, long limit) =>
        _ref.Tell(TlsHandshakeShedException.ForMemory(held, limit), ActorRefs.NoSender);

    private void TakeStep()
    {
        _layer.Take(TakeBytes());
        Continue();
    }

    // A step has been taken.
    private void Continue()
    {
        if (!EndIfOver())
        {
            _others?.Done(this, MemoryNow);
            AskIfReady();
        }

        if (_endWaits && !_layer.IsOver && !IsOut && Length == 0)
        {
            _endWaits = false;
            _layer.TakePeerFinished();
        }
    }

    private bool EndIfOver()
    {
        if (!_layer.IsOver && _session.State is TlsSessionState.Created or TlsSessionState.Handshaking)
        {
            return false;
        }

        _layer.EndHandshake();
        ReadOnlySequence<byte> rest = TakeBytes();
        if (!_layer.IsOver && !rest.IsEmpty)
        {
            _layer.Take(rest);
        }

        return true;
    }

    private void AskIfReady()
    {
        if (Length > 0 && !IsGathering && !IsOut)
        {
            _others?.Ask(this);
        }
    }

    private ReadOnlySequence<byte> TakeBytes()
    {
        ReadOnlySequence<byte> bytes = _bytes?.Sequence ?? default;
        _bytes = null;
        return bytes;
    }

    private void CountMemory()
    {
        if (!_countsMemory)
        {
            _countsMemory = true;
            _layer.CountHandshake(Memory);
        }
    }
}

/// <summary>Tells a layer that its handshake has its turn.</summary>
internal sealed class TlsTurn : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    internal static readonly TlsTurn Instance = new();

    private TlsTurn() { }
}
