using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests;

/// <summary>What the manager is told by somebody who does not mind nullability: it is answered, and costs nobody else anything.</summary>
public sealed class MalformedMessagesSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "malformed", output)
{
    private const string EndPoint = "tcp://127.0.0.1:0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_bind_is_refused_and_the_other_listeners_go_on()
    {
        ListenerOptions named = new() { Name = "malformed" };
        ConnectionOptions connection = new();
        await AssertRefused<BindFailed>(
            failed => failed.Cause,
            new Bind(null!, Protocol),
            new Bind(EndPoint, null!),
            new Bind(EndPoint, Protocol, named with { Layers = null! }),
            new Bind(EndPoint, Protocol, named with { Layers = [null!] }),
            new Bind(EndPoint, Protocol, named with { Connection = null! }),
            new Bind(EndPoint, Protocol, named with { Connection = connection with { Socket = null! } }),
            new Bind(
                EndPoint,
                Protocol,
                named with
                {
                    Connection = connection with { Socket = new SocketOptions { KeepAlive = null! } },
                }
            )
        );

        // None of them has kept the name.
        await Sys.Reactor().Bind(EndPoint, Protocol, named);
    }

    [Fact]
    public async Task A_connect_is_refused_and_the_other_listeners_go_on()
    {
        const string Nowhere = "tcp://127.0.0.1:1";
        ConnectOptions options = new();
        ConnectionOptions connection = new();
        await AssertRefused<ConnectFailed>(
            failed => failed.Cause,
            new Connect(null!, Protocol),
            new Connect(Nowhere, null!),
            new Connect(Nowhere, Protocol, options with { Layers = null! }),
            new Connect(Nowhere, Protocol, options with { Layers = [null!] }),
            new Connect(Nowhere, Protocol, options with { Connection = null! }),
            new Connect(Nowhere, Protocol, options with { Connection = connection with { Socket = null! } })
        );
    }

    private Props Protocol => Props.Create<RecordingProtocol>(TestActor);

    private async Task AssertRefused<T>(Func<T, ReactorException> reason, params object[] messages)
    {
        Bound bound = await Sys.Reactor().Bind(EndPoint, Protocol);
        using Peer before = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        List<string> reasons = [];
        foreach (object message in messages)
        {
            T answer = await Sys.Reactor().Manager.Ask<T>(message, Patience);
            reasons.Add(reason(answer).Message);
        }

        Assert.All(
            reasons,
            text => Assert.DoesNotContain("Object reference", text, StringComparison.OrdinalIgnoreCase)
        );
        Assert.All(reasons.Where((_, i) => i > 1), text => Assert.Contains("must", text, StringComparison.Ordinal));
        using Peer after = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        await before.Send("still");
        ExpectMsg<Received>(Patience);
    }
}
