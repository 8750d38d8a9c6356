using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Reactor.Simulated.Tests.Runs;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// A client, its server and whoever writes through it, all of which do what chance says; and what must be true of them whatever
/// they did.
/// </summary>
internal sealed class ClientFuzzScene : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private const int Port = 7000;
    private const int Steps = 60;
    private const string LastWrite = "last";

    // What a protocol may be told after what.
    private static readonly HashSet<(Type Before, Type After)> Follows =
    [
        (typeof(Disconnected), typeof(Connecting)),
        (typeof(Disconnected), typeof(Disconnected)),
        (typeof(Connecting), typeof(Connected)),
        (typeof(Connecting), typeof(Disconnected)),
        (typeof(Connected), typeof(Closed)),
        (typeof(Connected), typeof(Disconnected)),
        (typeof(Closed), typeof(Disconnected)),
    ];

    private readonly Simulation _simulation;
    private readonly Random _random;
    private readonly bool _crashes;
    private readonly ClientDiary _diary;
    private readonly ActorSystem _server;
    private readonly List<IActorRef> _served = [];
    private readonly ClientStarted _started;
    private readonly IActorRef _writer;
    private IActorRef _offline = ActorRefs.Nobody;

    // What is expected: an answer for each of these, and what came.
    private readonly Dictionary<string, TimeSpan> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _others = new(StringComparer.Ordinal);
    private readonly List<object> _toldOthers = [];
    private readonly List<string> _problems = [];

    /// <param name="seed">Of all chance.</param>
    /// <param name="stack">plain, layer or tls.</param>
    /// <param name="queue">Bytes it keeps without a connection.</param>
    /// <param name="crashes">Whether its protocol may fail.</param>
    internal ClientFuzzScene(int seed, string stack, int queue, bool crashes)
    {
        _simulation = new Simulation(seed);
        _random = new Random(seed);
        _crashes = crashes;
        _diary = new ClientDiary(_simulation) { OnConnected = ActConnected, OnDisconnected = ActDisconnected };
        _simulation.Network.Host(IPAddress.Parse(There));

        ActorSystem system = _simulation.CreateSystem("client", Here, Turns.Of(seed));
        _server = _simulation.CreateSystem("server", There);
        string endPoint = $"{(stack == "tls" ? "tls" : "tcp")}://{There}:{Port}";
        Serve(endPoint, stack);
        ClientOptions options = Options(endPoint, stack, queue, _diary.Props);
        _started = _simulation.Await(() => system.Reactor().StartClient(options));
        _writer = system.ActorOf(Props.Create(() => new ClientFixture.Listing(_toldOthers)));
        _writer.Tell(_started.Client);
        Do(protocol => _offline = protocol.Top);
        _simulation.RunUntilQuiet();
    }

    public void Dispose() => _simulation.Dispose();

    /// <summary>Does everything, and says what was wrong.</summary>
    internal List<string> Play()
    {
        for (int step = 0; step < Steps; step++)
        {
            Act();
            if (_random.Next(3) > 0)
            {
                _simulation.Run(TimeSpan.FromMilliseconds(_random.Next(1, 40)));
            }
        }

        if (_random.Next(2) == 0)
        {
            CheckThatItConnects();
        }

        // Its end may come at any moment.
        for (int i = _random.Next(4); i > 0; i--)
        {
            Act();
        }

        CheckThatItEnds();
        CheckAnswers("of its protocol", _own, AnswersAmong(_diary.All<object>()));
        CheckAnswers("of others", _others, AnswersAmong(_toldOthers));
        CheckStory();
        return _problems;
    }

    private static ClientOptions Options(string endPoint, string stack, int queue, Props protocol) =>
        new([endPoint], protocol)
        {
            OfflineQueue = queue,
            Connect = new ConnectOptions
            {
                Connection = ConnectionOptions.Default with
                {
                    WriteQueueLimit = 3_000,
                    HighWater = 2_000,
                    LowWater = 500,
                },
                Layers = stack == "layer" ? [new Layer("pass", lower => Props.Create<PassThrough>(lower))] : [],
                Tls = new TlsClientOptions("server.test") { Verify = TlsVerification.NoneDangerous },
            },
            Reconnect = new ReconnectOptions
            {
                Policy = new RetryPolicy
                {
                    MinBackoff = TimeSpan.FromMilliseconds(20),
                    MaxBackoff = TimeSpan.FromMilliseconds(50),
                },
            },
        };

    private void Serve(string endPoint, string stack)
    {
        Witness witness = new(_simulation) { OnConnected = ActServing };
        TlsServerOptions? tls = stack == "tls" ? new TlsServerOptions(TlsSpec.MakeCertificate()) : null;
        _simulation.Bind(_server, endPoint, witness.Props, new ListenerOptions { Tls = tls });
    }

    /// <summary>The server greets some, and closes some at once.</summary>
    private void ActServing(Witness.IWitnessed protocol)
    {
        _served.Add(protocol.Actor.Self);
        if (_random.Next(4) == 0)
        {
            protocol.Write("greeting");
        }

        if (_random.Next(6) == 0)
        {
            protocol.Close();
        }
    }

    private void ActConnected(ClientDiary.Client protocol)
    {
        switch (_random.Next(10))
        {
            case 0 when _crashes:
                throw new InvalidOperationException("on connected");
            case 1:
                protocol.End();
                break;
            case 2:
                protocol.Reset();
                break;
            case 3:
                protocol.Parent.Tell(new Disconnect());
                break;
            default:
                WriteOwn(protocol);
                break;
        }
    }

    private void ActDisconnected(ClientDiary.Client protocol)
    {
        switch (_random.Next(10))
        {
            case 0 when _crashes:
                throw new InvalidOperationException("on disconnected");
            case 1:
                protocol.Reset();
                break;
            case 2:
                protocol.End();
                break;
            case 3:
                protocol.Pause();
                break;
            case 4:
                protocol.Parent.Tell(new Reconnect());
                break;
        }
    }

    /// <summary>Somebody from outside does something.</summary>
    private void Act()
    {
        switch (_random.Next(13))
        {
            case 0:
                _started.Client.Tell(new Reconnect());
                break;
            case 1:
                _started.Client.Tell(new Disconnect());
                break;
            case 2:
                _started.Client.Tell(new Reconnect());
                _started.Client.Tell(new Disconnect());
                _started.Client.Tell(new Reconnect());
                break;
            case 3 when _crashes:
                Do(_ => throw new InvalidOperationException("on request"));
                break;
            case 4 when _served.Count > 0:
                _server.Stop(_served[^1]);
                break;
            case 5:
            case 6:
            case 7:
                Do(WriteOwn);
                break;
            case 8:
            case 9:
                WriteOthers();
                break;
            case 10:
                Do(protocol => protocol.End());
                break;
            case 11:
                WriteMuch();
                break;
            case 12:
                EndAfter(_random.Next(80));
                break;
        }
    }

    private void WriteMuch()
    {
        for (int i = 0; i < 10; i++)
        {
            Do(WriteOwn);
            WriteOthers();
        }

        if (_crashes && _random.Next(2) == 0)
        {
            Do(_ => throw new InvalidOperationException("on request"));
        }
    }

    /// <summary>The protocol tells itself so many messages, one after the other, writes now and then, and fails or closes.</summary>
    private void EndAfter(int messages) =>
        Do(protocol =>
        {
            if (messages > 0)
            {
                if (messages % 4 == 0)
                {
                    WriteOwn(protocol);
                }

                EndAfter(messages - 1);
            }
            else if (_crashes)
            {
                throw new InvalidOperationException("on request");
            }
            else
            {
                protocol.End();
            }
        });

    private void Do(Action<ClientDiary.Client> action) => _started.Protocol.Tell(action);

    // Two large ones are more than there is room for.
    private void WriteOwn(ClientDiary.Client protocol) =>
        protocol.Send(new string('x', _random.Next(3) == 0 ? 2_500 : 1), Expect(_own, "own"));

    // Through what the protocol had for a transport before its first connection.
    private void WriteOthers() => _offline.Tell(new Write(new byte[10], Expect(_others, "others")), _writer);

    private string Expect(Dictionary<string, TimeSpan> writes, string whose)
    {
        string name = $"{whose}-{writes.Count + 1}";
        writes.Add(name, _simulation.Now);
        return name;
    }

    private void CheckThatItConnects()
    {
        _diary.OnConnected = null;
        _diary.OnDisconnected = null;
        _started.Client.Tell(new Reconnect());
        _simulation.Run(TimeSpan.FromSeconds(90));
        Do(protocol => protocol.Send("z", LastWrite));
        _simulation.Run(TimeSpan.FromSeconds(1));
        ClientStatus status = _simulation.Await(() => _started.Client.Ask<ClientStatus>(new GetStatus()));
        if (!_diary.All<string>().Contains(LastWrite))
        {
            _problems.Add(
                $"the last write is not acknowledged: {status} after ...{_diary.Story[^Math.Min(150, _diary.Story.Length)..]}"
            );
        }
        else if (status.State != ClientState.Connected)
        {
            _problems.Add($"it is not connected: {status}");
        }
    }

    private void CheckThatItEnds()
    {
        _started.Client.Tell(new Close());
        _simulation.Run(TimeSpan.FromMinutes(3));
        if (!_toldOthers.OfType<Terminated>().Any())
        {
            _problems.Add("it does not end");
        }

        if (_simulation.OpenSockets(Here) != 0)
        {
            _problems.Add($"{_simulation.OpenSockets(Here)} sockets are left open");
        }
    }

    private void CheckAnswers(string whose, Dictionary<string, TimeSpan> writes, ILookup<string, object> answers)
    {
        foreach ((string name, TimeSpan at) in writes)
        {
            int count = answers[name].Count();
            if (count != 1)
            {
                _problems.Add($"write {name} {whose}, at {at.TotalMilliseconds} ms, has {count} answers");
            }
        }
    }

    private static ILookup<string, object> AnswersAmong(IEnumerable<object> told) =>
        told.Where(answer => answer is string or WriteFailed)
            .ToLookup(
                answer => answer as string ?? (string)((Write)((WriteFailed)answer).Write).Ack!,
                StringComparer.Ordinal
            );

    private void CheckStory()
    {
        Type before = typeof(Disconnected);
        foreach (
            Type after in _diary
                .All<object>()
                .Where(what => what is Connecting or Connected or Closed or Disconnected)
                .Select(what => what.GetType())
        )
        {
            if (!Follows.Contains((before, after)))
            {
                _problems.Add(
                    $"{after.Name} after {before.Name}: {_diary.Story[..Math.Min(400, _diary.Story.Length)]}"
                );
                return;
            }

            before = after;
        }
    }

    private sealed class PassThrough(IActorRef lower) : LayerActor(lower);
}
