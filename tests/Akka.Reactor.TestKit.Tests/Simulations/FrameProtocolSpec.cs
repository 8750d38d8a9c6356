using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// A protocol of frames on a connection: its framing changes while bytes wait, it hands the connection over in the middle of a segment, and
/// a peer that sends no frames costs its own connection.
/// </summary>
public sealed class FrameProtocolSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());
    private static readonly TlsClientOptions ClientTls = new("server.test") { Verify = TlsVerification.NoneDangerous };

    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;
    private readonly List<string> _told = [];

    public FrameProtocolSpec() => _system = _simulation.CreateSystem("server", Here);

    private string Told => string.Join(", ", _told);

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void The_framing_can_change_in_each_frame_while_bytes_wait(int cut)
    {
        // A count behind each line, and at last everything as it comes.
        SimulatedPeer peer = Serve(
            Framing.Terminator("\r\n"u8),
            (protocol, frame) =>
            {
                if (int.TryParse(frame, out int count))
                {
                    protocol.Framing = Framing.Count(count);
                }
                else
                {
                    protocol.Framing = frame == "rest" ? Framing.None : Framing.Terminator("\r\n"u8);
                }
            }
        );
        peer.Send("5\r\nhe\r\no3\r\nabcline\r\nrest\r\n", cut, cut == 0 ? default : Second / 100);
        _simulation.Run(Second);
        Assert.Equal("5, he\r\no, 3, abc, line, rest", Told);
        peer.Send("\r\nx");
        _simulation.Run(Second);
        Assert.Equal("5, he\r\no, 3, abc, line, rest, \r\nx", Told);
    }

    [Fact]
    public void A_change_from_outside_applies_to_what_waits_already()
    {
        IActorRef? self = null;
        SimulatedPeer peer = Serve(Framing.Count(100), (_, _) => { }, onConnected: protocol => self = protocol.Ref);
        peer.Send("ab\ncd");
        _simulation.Run(Second);
        Assert.Equal("", Told);
        Tell(protocol =>
        {
            protocol.Framing = Framing.Terminator("\n"u8);
            _told.Add("changed");
        });
        Assert.Equal("changed, ab", Told);
        Tell(protocol => protocol.Framing = Framing.None);
        Assert.Equal("changed, ab, cd", Told);

        void Tell(Action<Frames> action)
        {
            self.Tell(action);
            _simulation.Run(Second);
        }
    }

    [Fact]
    public void A_change_while_reading_is_suspended_waits_for_the_end_of_the_suspension()
    {
        IActorRef? self = null;
        SimulatedPeer peer = Serve(Framing.Count(100), (_, _) => { }, onConnected: protocol => self = protocol.Ref);
        peer.Send("abc");
        _simulation.Run(Second);
        self.Tell((Action<Frames>)(protocol => protocol.Suspend()));
        self.Tell((Action<Frames>)(protocol => protocol.Framing = Framing.None));
        _simulation.Run(Second);
        Assert.Equal("", Told);
        self.Tell((Action<Frames>)(protocol => protocol.Resume()));
        _simulation.Run(Second);
        Assert.Equal("abc", Told);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_successor_gets_what_follows_the_frame(int layers)
    {
        SimulatedPeer peer = Serve(
            Framing.Netstring,
            (protocol, _) => protocol.Swap(Framing.Varint, UnreadPolicy.Forward),
            layers
        );
        peer.Send("4:swap,\u0003abc\u0001");
        _simulation.Run(Second);
        peer.Send("d");
        _simulation.Run(Second);
        Assert.Equal("swap, successor abc, successor d", Told);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_follows_the_frame_closes_the_connection_if_the_peer_had_to_wait(int layers)
    {
        SimulatedPeer peer = Serve(
            Framing.Netstring,
            (protocol, _) => protocol.Swap(Framing.Varint, UnreadPolicy.Reject),
            layers
        );
        peer.Send("4:swap,\u0003abc");
        _simulation.Run(Second);
        Assert.Equal("swap, closed ProtocolViolation PeerViolationException", Told);
        Assert.True(peer.Ended);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 50)]
    public void Frames_before_and_after_STARTTLS_stay_apart(int seed, int segment)
    {
        using Simulation simulation = new(
            seed,
            new SimulationOptions
            {
                Faults = SimulatedFaults.Harmless with { EngineFailure = 0 },
                Conditions = new NetworkConditions { SegmentSize = segment == 0 ? 1460 : segment },
            }
        );
        ActorSystem server = simulation.CreateSystem("server", Here);
        ActorSystem client = simulation.CreateSystem("client", There);
        Props serves = Frames.Props(
            Framing.Netstring,
            _told,
            (protocol, frame) =>
            {
                protocol.Send(frame == "starttls" ? "go" : $"{frame} over {protocol.How}");
                if (frame == "starttls")
                {
                    protocol.Secure();
                }
            }
        );
        List<string> heard = [];
        Props asks = Frames.Props(
            Framing.Netstring,
            heard,
            (protocol, frame) =>
            {
                if (frame == "go")
                {
                    protocol.Secure();
                    protocol.Send("hello");
                    protocol.Send("bye");
                }
            },
            onConnected: protocol => protocol.Send("starttls")
        );
        simulation.Bind(server, $"tcp://{Here}:25", serves, new ListenerOptions { Tls = ServerTls });
        simulation.Await(() =>
            client.Reactor().Connect($"tcp://{Here}:25", asks, new ConnectOptions { Tls = ClientTls })
        );
        simulation.RunUntil(() => heard.Count == 3, TimeSpan.FromMinutes(2));
        Assert.Equal(["go", "hello over tls", "bye over tls"], heard);
        Assert.Equal(["starttls", "hello", "bye"], _told);
    }

    [Fact]
    public void Frames_that_were_sent_ahead_of_STARTTLS_are_refused()
    {
        SimulatedPeer peer = Serve(Framing.Netstring, (protocol, _) => protocol.Secure(), tls: true);
        peer.Send("8:starttls,4:evil,");
        _simulation.Run(Second);
        Assert.Equal("starttls, closed ProtocolViolation PeerViolationException", Told);
    }

    [Fact]
    public void The_answer_to_the_last_frame_arrives_and_nothing_behind_it_is_passed_on()
    {
        SimulatedPeer peer = Serve(
            Framing.LengthField(2),
            (protocol, frame) =>
            {
                protocol.Send(frame);
                if (frame == "bye")
                {
                    protocol.End();
                }
            }
        );
        peer.Send("\0\u0002hi\0\u0003bye\0\u0004more\0");
        _simulation.Run(Second);
        Assert.Equal("hi, bye, closed Requested", Told);
        Assert.Equal("\0\u0002hi\0\u0003bye", peer.ReceivedText);
        Assert.True(peer.OtherFinished);
        Assert.False(peer.WasReset);
    }

    [Fact]
    public void A_frame_whose_end_never_comes_is_not_passed_on()
    {
        SimulatedPeer peer = Serve(Framing.Netstring, (_, _) => { });
        peer.Send("2:ab,3:cd");
        peer.Finish();
        _simulation.Run(Second);
        Assert.Equal("ab, closed Requested", Told);
    }

    [Theory]
    [InlineData(
        "varint",
        "\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF",
        "FrameTooLongException"
    )]
    [InlineData("varint", "\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080", "MalformedFrameException")]
    [InlineData("length", "\u00FF\u00FF\u00FF\u00FF", "FrameTooLongException")]
    [InlineData("length", "\0\0\0\u0003", "MalformedFrameException")]
    [InlineData("netstring", "9999999", "FrameTooLongException")]
    [InlineData("netstring", "007:", "MalformedFrameException")]
    public void A_hostile_length_costs_one_connection_before_its_bytes_come(string name, string bytes, string failure)
    {
        Framing framing = name switch
        {
            "varint" => Framing.Varint,
            "length" => Framing.LengthField(4, includesHeader: true),
            _ => Framing.Netstring,
        };
        SimulatedPeer evil = Serve(framing, (protocol, frame) => protocol.Send(frame));
        SimulatedPeer good = _simulation.Connect(There, evil.RemoteEndPoint);
        evil.Send(bytes);
        _simulation.Run(Second);
        Assert.Equal($"closed ProtocolViolation {failure}", Told);
        Assert.True(evil.WasReset);
        good.Send(framing.Encode("fine"u8.ToArray()).ToArray());
        _simulation.Run(Second);
        Assert.Equal(Encoding.Latin1.GetString(framing.Encode("fine"u8.ToArray())), good.ReceivedText);
    }

    [Fact]
    public void A_frame_longer_than_max_unread_is_refused_at_its_header_and_one_byte_less_is_received()
    {
        ConnectionOptions options = new() { MaxUnread = 1000 };
        SimulatedPeer peer = Serve(Framing.LengthField(2), (_, _) => { }, options: options);
        peer.Send("\u0003\u00E6" + new string('x', 998));
        _simulation.Run(Second);
        Assert.Equal(new string('x', 998), Told);
        _told.Clear();
        peer.Send("\u0003\u00E7");
        _simulation.Run(Second);
        Assert.Equal("closed ProtocolViolation FrameTooLongException", Told);
    }

    [Fact]
    public void A_protocol_can_answer_a_bad_frame_before_it_closes()
    {
        SimulatedPeer peer = Serve(Framing.Terminator("\n"u8), (_, _) => { }, answersBadFrames: true);
        peer.Send(new string('x', 40_000));
        _simulation.Run(Second);
        Assert.Equal("closed Requested", Told);
        Assert.Equal("FrameTooLongException\n", peer.ReceivedText);
    }

    [Fact]
    public void Each_connection_of_a_client_begins_with_the_same_framing()
    {
        Props props = Frames.Props(
            Framing.Terminator("\n"u8),
            _told,
            (protocol, _) => protocol.Framing = Framing.Count(100)
        );
        SimulatedPeerListener server = _simulation.Listen(There, 7000, peer => peer.Send("hello\nrest"));
        RetryPolicy often = new() { MinBackoff = Second, MaxBackoff = Second };
        ClientOptions options = new([$"tcp://{There}:7000"], props)
        {
            Reconnect = new ReconnectOptions { Policy = often },
        };
        _simulation.Await(() => _system.Reactor().StartClient(options));
        _simulation.Run(Second);
        server.Peers[0].Reset();
        _simulation.Run(5 * Second);
        Assert.Equal(["hello", "closed Reset ConnectionResetException", "hello"], _told);
    }

    private SimulatedPeer Serve(
        Framing framing,
        Action<Frames, string> onFrame,
        int layers = 0,
        bool tls = false,
        bool answersBadFrames = false,
        ConnectionOptions? options = null,
        Action<Frames>? onConnected = null
    )
    {
        ListenerOptions listener = _system.Reactor().ListenerDefaults with
        {
            Connection = options ?? ConnectionOptions.Default,
            Layers = [.. Enumerable.Repeat(Pass.Layer, layers)],
            Tls = tls ? ServerTls : null,
        };
        Bound bound = _simulation.Bind(
            _system,
            $"tcp://{Here}:7000",
            Frames.Props(framing, _told, onFrame, answersBadFrames, onConnected),
            listener
        );
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.Run(Second);
        return peer;
    }

    /// <summary>Does what a test says, and notes each frame and the end.</summary>
    private sealed class Frames(
        Framing framing,
        List<string> told,
        string prefix,
        Action<Frames, string> onFrame,
        bool answersBadFrames,
        Action<Frames>? onConnected
    ) : FrameProtocol(framing)
    {
        internal new Framing Framing
        {
            get => base.Framing;
            set => base.Framing = value;
        }

        internal IActorRef Ref => Self;

        internal string How => Connection.Tls is null ? "tcp" : "tls";

        internal static Props Props(
            Framing framing,
            List<string> told,
            Action<Frames, string> onFrame,
            bool answersBadFrames = false,
            Action<Frames>? onConnected = null,
            string prefix = ""
        ) => Akka.Actor.Props.Create(() => new Frames(framing, told, prefix, onFrame, answersBadFrames, onConnected));

        internal void Send(string frame) => WriteFrame(Encoding.Latin1.GetBytes(frame));

        internal void Secure() => StartTls();

        internal void Suspend() => SuspendReading();

        internal void Resume() => ResumeReading();

        internal void End() => Close();

        internal void Swap(Framing framing, UnreadPolicy unread) =>
            SwapProtocol(Props(framing, told, (_, _) => { }, prefix: "successor "), unread);

        protected override void OnConnected() => onConnected?.Invoke(this);

        protected override void OnFrame(ReadOnlySequence<byte> frame)
        {
            string text = Encoding.Latin1.GetString(frame);
            told.Add(prefix + text);
            onFrame(this, text);
        }

        protected override void OnBadFrame(PeerViolationException violation)
        {
            if (answersBadFrames)
            {
                Send(violation.GetType().Name);
                Close();
            }
            else
            {
                base.OnBadFrame(violation);
            }
        }

        protected override void OnMessage(object message) => ((Action<Frames>)message)(this);

        protected override void OnClosed(Closed closed) =>
            told.Add($"{prefix}closed {closed.Reason} {closed.Cause?.GetType().Name}".TrimEnd());
    }

    private sealed class Pass(IActorRef lower) : LayerActor(lower)
    {
        internal static Layer Layer { get; } = new("pass", lower => Props.Create(() => new Pass(lower)));
    }
}
