using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>What a client's protocol has seen, and when; and what it does then.</summary>
internal sealed class ClientDiary(Simulation simulation)
{
    private readonly List<(TimeSpan At, object What)> _entries = [];

    /// <summary>How many instances there have been.</summary>
    internal int Instances { get; private set; }

    internal Action<Client>? OnConnected { get; set; }

    internal Action<Client, string>? OnReceived { get; set; }

    internal Action<Client>? OnGaveUp { get; set; }

    internal Action<Client>? OnDisconnected { get; set; }

    internal Action<Client>? OnDraining { get; set; }

    internal IReadOnlyList<(TimeSpan At, object What)> Entries => _entries;

    /// <summary>A word for everything seen, in order.</summary>
    internal string Story => string.Join(' ', _entries.Select(entry => Word(entry.What)));

    internal Props Props => Props.Create(() => new Client(this));

    internal TimeSpan[] TimesOf<T>() => [.. _entries.Where(entry => entry.What is T).Select(entry => entry.At)];

    internal T[] All<T>() => [.. _entries.Select(entry => entry.What).OfType<T>()];

    private static string Word(object what) =>
        what switch
        {
            Connecting connecting => $"connecting-{connecting.Attempt}",
            Connected => "connected",
            Closed closed => $"closed-{closed.Reason}",
            Disconnected { RetryIn: null } => "disconnected-for-good",
            Disconnected => "disconnected",
            GaveUp => "gave-up",
            WriteFailed failed => failed.Cause.GetType().Name,
            _ => what.ToString()!,
        };

    private void Note(object what) => _entries.Add((simulation.Now, what));

    /// <summary>Says what happens to it.</summary>
    internal sealed class Client : ProtocolActor
    {
        private readonly ClientDiary _diary;

        public Client(ClientDiary diary)
        {
            _diary = diary;
            diary.Instances++;
        }

        internal void Send(string text, object? ack = null) => Write(Encoding.ASCII.GetBytes(text), ack);

        internal void End() => Close();

        internal void Reset() => Abort();

        internal void Reject(ReactorException reason) => Abort(reason);

        internal void Secure() => StartTls();

        internal void StopSelf() => Context.Stop(Self);

        internal void Pause() => SuspendReading();

        /// <summary>Does this to itself after a while, whatever connection there is then.</summary>
        internal void CreateDeadline(TimeSpan time, Action<Client> action) => CreateTimer(action).Start(time);

        /// <summary>Gives it descendants, so that its end takes time.</summary>
        internal void Settle() => Context.ActorOf(Props.Create(() => new Ancestor(3)));

        internal IActorRef Parent => Context.Parent;

        internal IActorRef Top => Transport;

        internal IEnumerable<IActorRef> Children => Context.GetChildren();

        protected override void OnConnecting(Connecting connecting) => _diary.Note(connecting);

        protected override void OnConnected()
        {
            _diary.Note(Connection);
            _diary.OnConnected?.Invoke(this);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.ASCII.GetString(data);
            _diary.Note(text);
            _diary.OnReceived?.Invoke(this, text);
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => _diary.Note(closed);

        protected override void OnDisconnected(Disconnected disconnected)
        {
            _diary.Note(disconnected);
            _diary.OnDisconnected?.Invoke(this);
        }

        protected override void OnDraining()
        {
            if (_diary.OnDraining is null)
            {
                base.OnDraining();
            }
            else
            {
                _diary.Note("draining");
                _diary.OnDraining(this);
            }
        }

        protected override void OnGaveUp(GaveUp gaveUp)
        {
            _diary.Note(gaveUp);
            _diary.OnGaveUp?.Invoke(this);
        }

        protected override void OnWriteFailed(WriteFailed failure) => _diary.Note(failure);

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case Action<Client> action:
                    action(this);
                    break;
                default:
                    _diary.Note(message);
                    break;
            }
        }
    }

    /// <summary>Has descendants, so that its end takes time.</summary>
    internal sealed class Ancestor : UntypedActor
    {
        public Ancestor(int generations)
        {
            if (generations > 1)
            {
                Context.ActorOf(Props.Create(() => new Ancestor(generations - 1)));
            }
        }

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
