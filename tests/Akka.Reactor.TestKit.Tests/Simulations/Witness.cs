using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Does what a test says, and notes when which end came.</summary>
internal sealed class Witness(Simulation simulation)
{
    internal StringBuilder Received { get; } = new();

    internal List<(CloseReason Reason, Exception? Exception, TimeSpan At)> Ends { get; } = [];

    internal TimeSpan ConnectedAt { get; private set; }

    internal List<object> Messages { get; } = [];

    internal Action<IWitnessed> OnConnected { get; init; } = _ => { };

    internal Action<IWitnessed, string> OnReceived { get; init; } = (_, _) => { };

    internal Props Props => Props.Create(() => new Protocol(this, simulation));

    /// <summary>What a test may do to the protocol.</summary>
    internal interface IWitnessed
    {
        IActorContext Actor { get; }

        /// <summary>How many bytes came so far.</summary>
        int Received { get; }

        void Write(string text);

        void Close();

        IActorRef Lowest();

        void SuspendReading();

        void StartTls();
    }

    private sealed class Protocol(Witness witness, Simulation simulation) : ProtocolActor, IWitnessed
    {
        IActorContext IWitnessed.Actor => Context;

        int IWitnessed.Received => witness.Received.Length;

        void IWitnessed.Write(string text) => Write(Encoding.Latin1.GetBytes(text));

        void IWitnessed.Close() => Close();

        IActorRef IWitnessed.Lowest() => Connection.Base!;

        void IWitnessed.SuspendReading() => SuspendReading();

        void IWitnessed.StartTls() => StartTls();

        protected override void OnConnected()
        {
            witness.ConnectedAt = simulation.Now;
            witness.OnConnected(this);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.Latin1.GetString(data);
            witness.Received.Append(text);
            witness.OnReceived(this, text);
            return data.Length;
        }

        protected override void OnSecured(TlsInfo info) => witness.Messages.Add(info);

        protected override void OnMessage(object message) => witness.Messages.Add(message);

        protected override void OnClosed(Closed closed) =>
            witness.Ends.Add((closed.Reason, closed.Cause, simulation.Now));
    }
}
