using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>What happens behind the engine's back: resets at a bad moment.</summary>
public abstract partial class EngineContractSpec
{
    /// <summary>How many registrations an engine serves at the same time in these tests.</summary>
    private protected virtual int Crowd => 1000;

    [EngineFact]
    public void A_reset_is_reported_when_only_writing_was_of_interest()
    {
        (Registration one, Registration other) = _fixture.Pair();
        byte[] block = new byte[256 * 1024];
        while (_fixture.TrySend(other, block).Succeeded) { }

        Engine.SetInterest(other, Interest.Write);
        _fixture.AssertQuiet();
        _fixture.Reset(one);
        AwaitThat(() => _fixture.Wait(100).Length > 0);
        Assert.Equal(SocketFault.ConnectionReset, _fixture.TrySend(other, block).Fault);
    }

    [EngineFact]
    public void A_reset_is_reported_however_often_interest_came_and_went()
    {
        (Registration one, Registration other) = _fixture.Pair();
        foreach (Interest interest in (Interest[])[Interest.Read, Interest.Write, Interest.Read, Interest.None])
        {
            Engine.SetInterest(other, interest);
            _fixture.Wait(0);
        }

        _fixture.AssertQuiet();
        _fixture.Reset(one);
        _fixture.Await(other, Readiness.Fault);
        Assert.Equal(SocketFault.ConnectionReset, Engine.Receive(other, new byte[10]).Fault);
    }
}
