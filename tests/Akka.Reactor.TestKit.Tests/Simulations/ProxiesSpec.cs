using System;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Connections through simulated proxies: on a network that is not kind, cut off at every byte, on virtual time.</summary>
public sealed class ProxiesSpec
{
    private const string Client = "10.0.0.1";
    private const string Proxy = "10.0.0.2";
    private const string HttpRequest = "CONNECT mail.example:25 HTTP/1.1\r\nHost: mail.example:25\r\n\r\n";
    private const string HttpAnswer =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";

    private const string Greeting = "\u0005\u0001\0";
    private const string Method = "\u0005\0";
    private const string Request = "\u0005\u0001\0\u0003\u000cmail.example\0\u0019";
    private const string Reply = "\u0005\0\0\u0001\u007f\0\0\u0001\u0004\u0038";

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string, EngineStyle> Ways =>
        new()
        {
            { "socks5", EngineStyle.Readiness },
            { "socks5", EngineStyle.Completion },
            { "http-connect", EngineStyle.Readiness },
            { "http-connect", EngineStyle.Completion },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_way_opens_whatever_the_network_does_to_the_bytes(string protocol, EngineStyle style)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            using Simulation simulation = new(
                seed,
                new SimulationOptions
                {
                    Engine = style,
                    Faults = SimulatedFaults.Harmless,
                    Conditions = new NetworkConditions { SegmentSize = 1 + (seed % 20) },
                }
            );
            SimulatedPeer? proxy = null;
            simulation.Listen(
                Proxy,
                1080,
                peer =>
                {
                    proxy = peer;
                    Serve(peer, protocol, (socks, answer) => socks.Send(answer + (answer == Method ? "" : "hello")));
                }
            );
            Witness client = new(simulation)
            {
                OnReceived = (witness, _) =>
                {
                    if (witness.Received == "hello".Length)
                    {
                        witness.Write("question");
                        witness.Close();
                    }
                },
            };
            Connect(simulation, client, protocol);
            simulation.RunUntil(() => client.Ends.Count > 0, Most);
            string request = protocol == "socks5" ? Greeting + Request : HttpRequest;
            if (proxy!.ReceivedText != request + "question" || client.Received.ToString() != "hello")
            {
                throw simulation.Failure($"The proxy received '{proxy.ReceivedText}', the client '{client.Received}'.");
            }

            Assert.Equal(CloseReason.Requested, client.Ends[0].Reason);
        }
    }

    [Theory]
    [InlineData("socks5", false)]
    [InlineData("socks5", true)]
    [InlineData("http-connect", false)]
    [InlineData("http-connect", true)]
    public void An_end_at_any_byte_of_the_answer_is_told_with_how_many_had_come(string protocol, bool reset)
    {
        string last = protocol == "socks5" ? Reply : HttpAnswer;
        int before = protocol == "socks5" ? Method.Length : 0;
        for (int length = 0; length < last.Length; length++)
        {
            using Simulation simulation = new(length);
            simulation.Listen(
                Proxy,
                1080,
                peer =>
                    Serve(
                        peer,
                        protocol,
                        (socks, answer) =>
                        {
                            socks.Send(answer == Method ? answer : answer[..length]);
                            if (answer != Method && reset)
                            {
                                socks.Reset();
                            }
                            else if (answer != Method)
                            {
                                socks.Finish();
                            }
                        }
                    )
            );
            ProxyException ended = Assert.Throws<ProxyException>(() =>
                Connect(simulation, new Witness(simulation), protocol)
            );
            Assert.Equal(before + length, ended.BytesReceived);
            Assert.Equal(reset, ended.InnerException is ConnectionResetException);
            simulation.Run(Most);
            Assert.Equal(0, simulation.OpenSockets(Client));
        }
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("http-connect")]
    public void The_timeout_is_a_total_one_however_often_the_proxy_says_something(string protocol)
    {
        using Simulation simulation = new(1);
        TimeSpan began = TimeSpan.Zero;
        simulation.Listen(
            Proxy,
            1080,
            peer =>
            {
                began = simulation.Now;
                Serve(peer, protocol, (socks, answer) => socks.Send(answer, cut: 1, between: 2 * Second));
            }
        );
        ProxyTimeoutException failure = Assert.Throws<ProxyTimeoutException>(() =>
            Connect(simulation, new Witness(simulation), protocol)
        );
        Assert.Equal(10 * Second, failure.Timeout);
        Assert.Equal(($"{Proxy}:1080", "mail.example:25"), (failure.Proxy, failure.Target));
        Assert.InRange(simulation.Now - began, 10 * Second, 10.1 * Second);
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("http-connect")]
    public void The_timeout_is_over_with_the_dialogue(string protocol)
    {
        using Simulation simulation = new(1);
        simulation.Listen(Proxy, 1080, peer => Serve(peer, protocol, (socks, answer) => socks.Send(answer)));
        Witness client = new(simulation);
        Connect(simulation, client, protocol);
        simulation.Run(60 * Second);
        Assert.Empty(client.Ends);
    }

    private static ConnectionMade Connect(Simulation simulation, Witness client, string protocol)
    {
        ActorSystem system = simulation.CreateSystem("client", Client);
        ProxyKind kind = protocol == "socks5" ? ProxyKind.Socks5 : ProxyKind.HttpConnect;
        Layer layer = new Proxy(kind, Proxy, 1080).LayerTo("mail.example", 25);
        return simulation.Await(() =>
            system.Reactor().Connect($"tcp://{Proxy}:1080", client.Props, new ConnectOptions { Layers = [layer] })
        );
    }

    /// <summary>Answers each part of the request once, when it is complete.</summary>
    private static void Serve(SimulatedPeer peer, string protocol, Action<SimulatedPeer, string> answer)
    {
        (string Request, string Answer)[] dialogue =
            protocol == "socks5" ? [(Greeting, Method), (Greeting + Request, Reply)] : [(HttpRequest, HttpAnswer)];
        int answered = 0;
        peer.OnReceived = _ =>
        {
            while (answered < dialogue.Length && peer.Received.Length >= dialogue[answered].Request.Length)
            {
                Assert.StartsWith(dialogue[answered].Request, peer.ReceivedText, StringComparison.Ordinal);
                answer(peer, dialogue[answered++].Answer);
            }
        };
    }
}
