using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A protocol with a writer that a test uses, and what it is told.</summary>
public abstract class ConnectionWriterFixture : IDisposable
{
    private protected const string Here = "10.0.0.1";
    private protected const string There = "10.0.0.2";
    private protected const int Limit = 10_000;

    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private protected static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());
    private protected static readonly TlsClientOptions ClientTls = new("server.test")
    {
        Verify = TlsVerification.NoneDangerous,
    };

    private protected static readonly ConnectionOptions Small = new()
    {
        HighWater = 4000,
        LowWater = 2000,
        WriteQueueLimit = 8000,
        WriteStallTimeout = TimeSpan.FromMinutes(10),
    };

    private protected readonly Simulation _simulation = new(
        1,
        new SimulationOptions
        {
            Conditions = new NetworkConditions { SendBuffer = 3000, ReceiveBuffer = 3000 },
        }
    );

    private protected readonly List<string> _told = [];
    private protected Speaker _speaker = null!;
    private protected ConnectionWriter _writer = null!;
    private protected int _rooms;

    private protected string Told => string.Join(", ", _told);

    public void Dispose() => _simulation.Dispose();

    private protected SimulatedPeer Serve(int layers = 0, ConnectionOptions? options = null)
    {
        ActorSystem system = _simulation.CreateSystem("server", Here);
        ListenerOptions listener = system.Reactor().ListenerDefaults with
        {
            Connection = options ?? new ConnectionOptions { WriteStallTimeout = TimeSpan.FromMinutes(10) },
            Layers = [.. Enumerable.Repeat(Pass.Layer, layers)],
        };
        Bound bound = _simulation.Bind(
            system,
            $"tcp://{Here}:7000",
            Props.Create(() => new Speaker(this, null)),
            listener
        );
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.Run(Second);
        return peer;
    }

    private protected void Do(Action<Speaker> action)
    {
        Exception? failure = null;
        Action<Speaker> noting = speaker =>
        {
            try
            {
                action(speaker);
            }
            catch (Exception fault) when (fault is Xunit.Sdk.XunitException)
            {
                failure = fault;
            }
        };
        _speaker.Ref.Tell(noting);
        _simulation.Run(Second);
        Assert.Null(failure);
    }

    // Until there is no room.
    private protected void Fill(StringBuilder accepted)
    {
        string text = Text($"{accepted.Length}", 200);
        while (_writer.TryWrite(Encoding.ASCII.GetBytes(text)))
        {
            accepted.Append(text);
            text = Text($"{accepted.Length}", 200);
            if (accepted.Length % 1000 == 0)
            {
                _simulation.Run(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    private protected static byte[] Bytes(string what, int length) => Encoding.ASCII.GetBytes(Text(what, length));

    private protected static string Text(string what, int length) => $"[{what}".PadRight(length - 1, '.') + "]";

    private protected sealed class Speaker : ProtocolActor
    {
        private readonly ConnectionWriterFixture _spec;
        private readonly Action<Speaker, string>? _onReceived;
        private readonly Queue<string> _refused = new();

        public Speaker(ConnectionWriterFixture spec, Action<Speaker, string>? onReceived)
        {
            _spec = spec;
            _onReceived = onReceived;
            Assert.Throws<InvalidOperationException>(() => CreateWriter());
        }

        internal IActorRef Ref { get; private set; } = ActorRefs.Nobody;

        internal ActorSystem System { get; private set; } = null!;

        internal Action? Room { get; set; }

        internal bool Survives { get; set; }

        internal ConnectionWriter Make(int limit) => CreateWriter(limit: limit);

        internal void End() => Close();

        internal void Finish() => CloseWrite();

        internal void Break() => Abort();

        internal void Secure() => StartTls();

        internal void GiveTo(IActorRef other) => Transport.Tell(new Claim(other));

        internal void Swap() => SwapProtocol(Props.Create(() => new Speaker(_spec, null)));

        internal void Say(params string[] texts)
        {
            foreach (string text in texts)
            {
                Write(Encoding.ASCII.GetBytes(text));
            }
        }

        internal void SayBroken() => Write(new WriteFrom(Broken()));

        protected override void OnConnected()
        {
            Ref = Self;
            System = Context.System;
            _spec._speaker = this;
            _spec._writer = CreateWriter(
                _ =>
                {
                    _spec._rooms++;
                    Room?.Invoke();
                },
                Limit
            );
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.ASCII.GetString(data);
            _spec._told.Add($"received {text}");
            _onReceived?.Invoke(this, text);
            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure)
        {
            if (failure.Cause is WriteRefusedException)
            {
                _spec._told.Add("refused");
                _refused.Enqueue(Encoding.ASCII.GetString(((Write)failure.Write).Data));
            }
            else if (!Survives)
            {
                base.OnWriteFailed(failure);
            }
        }

        protected override void OnWritable()
        {
            _spec._told.Add("writable");
            string[] again = [.. _refused];
            _refused.Clear();
            Say(again);
        }

        protected override void OnMessage(object message) => ((Action<Speaker>)message)(this);

        protected override void OnClosed(Closed closed) =>
            _spec._told.Add($"closed {closed.Reason} with {closed.Undelivered.Count} undelivered");

        private static IEnumerable<ReadOnlyMemory<byte>> Broken()
        {
            yield return "part"u8.ToArray();
            throw new InvalidOperationException("on purpose");
        }
    }

    private protected sealed class Asker(List<string> heard) : ProtocolActor
    {
        protected override void OnConnected() => Write("starttls"u8);

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (Connection.Tls is not null)
            {
                heard.Add((heard.Count == 1 ? " tls:" : "") + Encoding.ASCII.GetString(data));
                return data.Length;
            }

            if (data.Length < 2)
            {
                return 0;
            }

            heard.Add($"tcp:{Encoding.ASCII.GetString(data.Slice(0, 2))}");
            StartTls();
            return 2;
        }
    }

    private protected sealed class Silent : UntypedActor
    {
        protected override void OnReceive(object message) { }
    }

    private protected sealed class Pass(IActorRef lower) : LayerActor(lower)
    {
        internal static Layer Layer { get; } = new("pass", lower => Props.Create(() => new Pass(lower)));
    }
}
