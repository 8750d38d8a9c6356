using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// One step of a handshake on another dispatcher: gives bytes to the TLS engine, records what the engine has to say, and returns to the
/// layer as a message. From its creation until the layer has this message, the engine belongs to the step.
/// </summary>
/// <param name="session">The engine.</param>
/// <param name="bytes">The bytes from the peer. Nobody else uses their memory.</param>
/// <param name="layer">The layer that owns the engine before and after the step.</param>
internal sealed class TlsStep(TlsSession session, ReadOnlySequence<byte> bytes, IActorRef layer)
    : IRunnable,
        ITlsSink,
        INoSerializationVerificationNeeded,
        IDeadLetterSuppression
{
    private const int Out = 0;
    private const int Returned = 1;
    private const int Abandoned = 2;

    private readonly List<Action<ITlsSink>> _events = [];
    private Exception? _fault;

    // Decides who disposes of the engine: the layer if the step has returned, and the step if the layer has stopped before that.
    private int _state = Out;

    public void Run()
    {
        try
        {
            if (session.State == TlsSessionState.Created)
            {
                session.Start();
            }

            if (!bytes.IsEmpty)
            {
                session.ReceiveCiphertext(bytes);
            }
        }
        catch (Exception fault)
        {
            _fault = fault;
        }

        if (Interlocked.CompareExchange(ref _state, Returned, Out) == Out)
        {
            layer.Tell(this, ActorRefs.NoSender);
        }
        else
        {
            session.Dispose();
        }
    }

    public void Execute() => Run();

    /// <summary>
    /// The layer stops. Returns true if the step is still out: then it disposes of the engine when it is done, and sends no message.
    /// </summary>
    internal bool Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Out) == Out;

    /// <summary>Gives the recorded events to a sink, in their order, and throws the exception that has ended the step, if any.</summary>
    internal void Replay(ITlsSink sink)
    {
        _events.ForEach(recorded => recorded(sink));
        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    void ITlsSink.OnCiphertext(ReadOnlySequence<byte> data) => _events.Add(sink => sink.OnCiphertext(data));

    void ITlsSink.OnPlaintext(ReadOnlySequence<byte> data) => _events.Add(sink => sink.OnPlaintext(data));

    void ITlsSink.OnHandshakeCompleted(TlsInfo info) => _events.Add(sink => sink.OnHandshakeCompleted(info));

    void ITlsSink.OnPeerClosed() => _events.Add(static sink => sink.OnPeerClosed());

    void ITlsSink.OnFailed(ReactorException reason) => _events.Add(sink => sink.OnFailed(reason));
}
