using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>Connections are spread over the selectors, and each is served by one thread.</summary>
public sealed class SelectorCountSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Connections_are_spread_over_so_many_loops(int selectors)
    {
        ActorSystem system = ActorSystem.Create("count", $"akka.reactor.selectors = {selectors}");
        try
        {
            Bound bound = await system.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<ThreadNameProtocol>());
            List<string> threads = [];
            for (int i = 0; i < selectors * 4; i++)
            {
                using Peer peer = await Peer.ConnectTo(bound);
                await peer.Send("?");
                string first = await peer.ReceiveLine();
                await peer.Send("?");
                Assert.Equal(first, await peer.ReceiveLine());
                threads.Add(first);
            }

            Assert.Equal(selectors, threads.Distinct(StringComparer.Ordinal).Count());
            Assert.All(threads.CountBy(name => name), count => Assert.Equal(4, count.Value));
        }
        finally
        {
            await system.Terminate().WaitAsync(Patience);
        }
    }

    private sealed class ThreadNameProtocol : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(System.Text.Encoding.ASCII.GetBytes($"{Thread.CurrentThread.Name}\n"));
            return data.Length;
        }
    }
}
