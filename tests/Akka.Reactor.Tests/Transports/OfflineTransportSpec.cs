using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>The transport of a client's protocol, written to by many threads while connections come and go.</summary>
public sealed class OfflineTransportSpec
{
    private const int Writers = 3;
    private const int WritesEach = 2_000;

    // Room for some 70 writes: enough for some to be kept, and not for all.
    private const int Limit = 10_000;

    [Fact]
    public void Every_write_is_delivered_once_and_in_order_or_refused_once_whatever_the_connection_does_meanwhile()
    {
        for (int seed = 1; seed <= Soak.Scale(50, 2_000); seed++)
        {
            Scene scene = new(seed);
            scene.Play();
            scene.Check();
        }
    }

    [Fact]
    public void At_the_end_what_is_kept_is_refused_and_so_is_everything_after_it()
    {
        Recorder sender = new("sender");
        Recorder owner = new("owner");
        OfflineTransport transport = NewTransport(owner);
        transport.Tell(NewWrite(0, 1), sender);
        transport.Tell(NewWrite(0, 2), ActorRefs.NoSender);
        Assert.Empty(sender.Told);
        Assert.Empty(owner.Told);
        transport.End();
        transport.Tell(NewWrite(0, 3), sender);
        transport.End();
        Assert.Equal([1, 3], Refused(sender).Select(number => number.Number));
        Assert.Equal([2], Refused(owner).Select(number => number.Number));
    }

    [Fact]
    public void A_connection_is_told_no_more_once_it_is_lost()
    {
        Recorder sender = new("sender");
        Recorder connection = new("connection");
        OfflineTransport transport = NewTransport(new Recorder("owner"));
        transport.GoOnline(connection);
        transport.Tell(NewWrite(0, 1), sender);
        transport.GoOffline();
        transport.Tell(NewWrite(0, 2), sender);
        transport.Tell(new Close(), sender);
        Assert.Equal([1], Delivered(connection).Select(number => number.Number));

        // The next one gets what was kept, and no command that was about none.
        Recorder next = new("next");
        transport.GoOnline(next);
        Assert.Equal(new WriteNumber(0, 2), ((Write)Assert.Single(next.Told).Message).Ack);
        Assert.Empty(sender.Told);
    }

    private static OfflineTransport NewTransport(Recorder owner) =>
        new(new Recorder("client"), Limit, provider: null!) { Owner = owner };

    private static Write NewWrite(int writer, int number) =>
        new(new byte[number % 20], new WriteNumber(writer, number));

    private static WriteNumber[] Delivered(Recorder connection) =>
        [.. connection.Told.Select(told => told.Message).OfType<Write>().Select(NumberOf)];

    private static WriteNumber[] Refused(Recorder sender) =>
        [
            .. sender.Told.Select(told =>
            {
                WriteFailed failure = Assert.IsType<WriteFailed>(told.Message);
                Assert.IsType<NotConnectedException>(failure.Cause);
                return NumberOf((Write)failure.Write);
            }),
        ];

    private static WriteNumber NumberOf(Write write) => (WriteNumber)write.Ack!;

    /// <summary>Several writers, one of which does not say who it is, and a thread that connects, disconnects and ends.</summary>
    private sealed class Scene
    {
        private readonly int _seed;
        private readonly Random _random;
        private readonly Recorder _owner = new("owner");
        private readonly Recorder[] _senders = [.. Enumerable.Range(0, Writers - 1).Select(i => new Recorder($"{i}"))];
        private readonly OfflineTransport _transport;
        private readonly List<Recorder> _connections = [];
        private readonly int[] _written = new int[Writers];

        internal Scene(int seed)
        {
            _seed = seed;
            _random = new Random(seed);
            _transport = NewTransport(_owner);
        }

        internal void Play()
        {
            GoOnline();
            using Barrier start = new(Writers + 1);
            Thread[] writers =
            [
                .. Enumerable
                    .Range(0, Writers)
                    .Select(writer => new Thread(() =>
                    {
                        start.SignalAndWait();
                        WriteAll(writer);
                    })),
            ];
            Array.ForEach(writers, writer => writer.Start());
            start.SignalAndWait();
            ConnectAndDisconnect();
            Array.ForEach(writers, writer => writer.Join());
        }

        internal void Check()
        {
            WriteNumber[] delivered = [.. _connections.SelectMany(Delivered)];
            WriteNumber[] refused = [.. _senders.Append(_owner).SelectMany(Refused)];
            for (int writer = 0; writer < Writers; writer++)
            {
                int[] arrived = [.. NumbersOf(writer, delivered)];
                int[] answered = [.. arrived.Concat(NumbersOf(writer, refused)).Order()];
                Assert.True(arrived.SequenceEqual(arrived.Order()), $"seed {_seed}: writer {writer} is out of order");
                Assert.True(
                    answered.SequenceEqual(Enumerable.Range(1, WritesEach)),
                    $"seed {_seed}: of writer {writer}, {answered.Length} outcomes of {WritesEach} writes"
                );
            }

            CheckWhoIsTold();
        }

        private static IEnumerable<int> NumbersOf(int writer, WriteNumber[] numbers) =>
            numbers.Where(number => number.Writer == writer).Select(number => number.Number);

        private IActorRef? SenderOf(int writer) => writer < _senders.Length ? _senders[writer] : ActorRefs.NoSender;

        // Answers go to whoever wrote, and a connection is told who that is.
        private void CheckWhoIsTold()
        {
            for (int writer = 0; writer < _senders.Length; writer++)
            {
                Assert.All(Refused(_senders[writer]), number => Assert.Equal(writer, number.Writer));
            }

            Assert.All(Refused(_owner), number => Assert.Equal(Writers - 1, number.Writer));
            foreach ((object message, IActorRef sender) in _connections.SelectMany(connection => connection.Told))
            {
                // The connection's owner answers for the writer that does not say who it is. Of a write that was kept, it is known already.
                IActorRef? writer = SenderOf(NumberOf((Write)message).Writer);
                Assert.True(ReferenceEquals(sender, writer) || (writer is null && ReferenceEquals(sender, _owner)));
            }

            Assert.DoesNotContain(_connections, connection => connection.WasToldLate);
        }

        private void WriteAll(int writer)
        {
            IActorRef? sender = SenderOf(writer);
            for (int number = 1; number <= WritesEach; number++)
            {
                _transport.Tell(NewWrite(writer, number), sender);
                Volatile.Write(ref _written[writer], number);
            }
        }

        // Ends before the last write wherever it can.
        private void ConnectAndDisconnect()
        {
            int most = _random.Next(WritesEach);
            while (Volatile.Read(ref _written[0]) < most)
            {
                GoOffline();
                Thread.SpinWait(_random.Next(300));
                GoOnline();
                Thread.SpinWait(_random.Next(300));
            }

            if (_random.Next(2) == 0)
            {
                GoOffline();
            }

            _transport.End();
            _connections[^1].IsOpen = false;
        }

        private void GoOnline()
        {
            _connections.Add(new Recorder("connection"));
            _transport.GoOnline(_connections[^1]);
        }

        private void GoOffline()
        {
            _transport.GoOffline();
            _connections[^1].IsOpen = false;
        }
    }

    private sealed record WriteNumber(int Writer, int Number);

    /// <summary>Keeps what it is told, and by whom. Any thread.</summary>
    private sealed class Recorder(string name) : MinimalActorRef
    {
        private bool _isClosed;
        private bool _wasToldLate;

        internal ConcurrentQueue<(object Message, IActorRef Sender)> Told { get; } = new();

        /// <summary>Whether anybody may tell it something.</summary>
        internal bool IsOpen
        {
            set => Volatile.Write(ref _isClosed, !value);
        }

        internal bool WasToldLate => Volatile.Read(ref _wasToldLate);

        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / name;

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (Volatile.Read(ref _isClosed))
            {
                Volatile.Write(ref _wasToldLate, true);
            }

            Told.Enqueue((message, sender));
        }
    }
}
