using Akka.Reactor.Polling.Windows;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class CompletionPortSpec() : WakeSignalContractSpec(Engines.ResolveOrSkip("afd").CreateWakeSignal())
{
    [Fact]
    public void A_completion_of_an_engine_that_is_gone_is_dropped_unread()
    {
        CompletionPort port = (CompletionPort)Wake;
        nuint gone = port.NextKey();
        nuint key = port.NextKey();

        // A request that nobody may look into any more: an address of nothing.
        Assert.NotEqual(0, AfdNative.PostQueuedCompletionStatus(port.Descriptor, 0, gone, 1));
        Assert.NotEqual(0, AfdNative.PostQueuedCompletionStatus(port.Descriptor, 0, key, 2));
        port.Wait(30);
        nint[] requests = new nint[4];
        Assert.Equal(1, port.Take(key, requests, 0, out bool woken));
        Assert.Equal(2, requests[0]);
        Assert.False(woken);
        Assert.Equal(1, port.LateCompletions);
    }
}
