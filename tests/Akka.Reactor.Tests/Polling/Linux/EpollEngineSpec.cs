using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Linux;

[Engine("epoll")]
public sealed class EpollEngineSpec() : EngineContractSpec(Platforms.Resolve("epoll"))
{
    [EngineFact]
    public void Interest_that_is_back_to_what_it_was_is_not_told_to_the_kernel()
    {
        nint descriptor = Fixture.Dial();
        Registration registration = Fixture.Engine.Register(descriptor, SocketKind.Stream, "closed under the engine");
        Assert.Empty(Fixture.Wait(0));
        Fixture.Forget(descriptor);
        Fixture.Sockets.Close(descriptor);
        Fixture.Engine.SetInterest(registration, Interest.Read);
        Fixture.Engine.SetInterest(registration, Interest.None);

        // The kernel would refuse any change of a closed descriptor.
        Assert.Empty(Fixture.Wait(0));
    }

    [EngineFact]
    public void That_a_socket_is_read_is_said_to_the_kernel_with_its_registration()
    {
        nint descriptor = Fixture.Dial();
        Registration reading = Fixture.Engine.Register(descriptor, SocketKind.Stream, "closed under the engine");
        Fixture.Forget(descriptor);
        Fixture.Sockets.Close(descriptor);
        Fixture.Engine.SetInterest(reading, Interest.Read);

        // It would refuse any change of a closed descriptor.
        Assert.Empty(Fixture.Wait(0));
    }

    [EngineFact]
    public void What_nobody_wants_of_a_new_socket_is_taken_back_before_the_first_wait()
    {
        (Registration one, Registration other) = Fixture.Pair();
        Fixture.Engine.Send(one, "hello"u8);
        Fixture.AssertQuiet();
        Fixture.Engine.SetInterest(other, Interest.Read);
        Assert.Equal(Readiness.Readable, Assert.Single(Fixture.Wait(1000)).Readiness);
    }

    [EngineFact]
    public void An_engine_that_cannot_be_made_leaves_no_descriptor()
    {
        EventFd wake = new();
        wake.Dispose();
        int before = Descriptors.CountOpen();
        for (int i = 0; i < 2000; i++)
        {
            Assert.Throws<SocketFaultException>(() => new EpollEngine(wake));
        }

        // Other tests open sockets at the same time: what leaks once a round is far more than they.
        Assert.True(Descriptors.CountOpen() < before + 1800);
    }

    [EngineFact]
    public void A_descriptor_the_kernel_refuses_takes_no_place()
    {
        Registration before = Fixture.Engine.Register(Fixture.Dial(), SocketKind.Stream, "before");
        for (int i = 0; i < 3; i++)
        {
            SocketFaultException failure = Assert.Throws<SocketFaultException>(() =>
                Fixture.Engine.Register(1_000_000_000, SocketKind.Stream, "no such descriptor")
            );
            Assert.Equal(9, failure.Errno);
        }

        Registration after = Fixture.Engine.Register(Fixture.Dial(), SocketKind.Stream, "after");
        Assert.Equal(before.Slot + 1, after.Slot);
    }

    [EngineFact]
    public void An_event_of_an_earlier_owner_of_the_descriptor_is_dropped_and_counted()
    {
        (Registration peerOfOld, Registration old) = Fixture.Pair();
        (Registration peerOfNew, Registration taker) = Fixture.Pair();
        Fixture.Engine.SetInterest(old, Interest.Read);
        Fixture.AssertQuiet();

        // The old socket lives on under another number, as it does in a child process: epoll goes on reporting it.
        Fixture.Keep(Descriptors.Duplicate((int)old.Descriptor));
        Fixture.Engine.Deregister(taker);
        Assert.Equal(old.Descriptor, Descriptors.Reuse((int)taker.Descriptor, (int)old.Descriptor));
        Fixture.Engine.Deregister(old);
        Registration reused = Fixture.Engine.Register(old.Descriptor, SocketKind.Stream, "reused");
        Fixture.Engine.SetInterest(reused, Interest.Read);

        Fixture.Send(peerOfOld, "for the old one");
        RegistrationTable table = ((EpollEngine)Fixture.Engine).Table;
        AwaitThat(() =>
        {
            Assert.Empty(Fixture.Wait(10));
            return table.StaleEvents > 0;
        });
        Fixture.Send(peerOfNew, "for the new one");
        Fixture.Await(reused, Readiness.Readable);
        Assert.Equal("for the new one", Fixture.Receive(reused));
    }

    [EngineFact]
    public void A_descriptor_closed_before_the_kernel_was_told_an_interest_is_a_fault_of_its_own_and_of_nobody_else()
    {
        const int Number = 19_992;
        (Registration one, Registration other) = Fixture.Pair();
        (Registration livingOne, Registration livingOther) = Fixture.Pair();
        Assert.Equal(Number, Descriptors.Reuse((int)other.Descriptor, Number));
        Fixture.Close(other);
        Registration doomed = Fixture.Engine.Register(Number, SocketKind.Stream, "doomed");
        Fixture.Wait(0);
        Fixture.Sockets.Close(Number);

        Fixture.Engine.SetInterest(doomed, Interest.Read);
        Fixture.Engine.SetInterest(livingOther, Interest.Read);
        EngineEvent reported = Assert.Single(Fixture.Wait(1000));
        Assert.Same(doomed, reported.Registration);
        Assert.Equal(Readiness.Fault, reported.Readiness);
        Assert.Empty(Fixture.Wait(0));

        Fixture.Send(livingOne, "x");
        Fixture.Await(livingOther, Readiness.Readable);
        Fixture.Engine.Deregister(doomed);
        Fixture.Close(one);
    }
}
