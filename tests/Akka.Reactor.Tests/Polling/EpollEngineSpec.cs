using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class EpollEngineSpec() : EngineContractSpec(Platforms.Resolve("epoll"))
{
    private protected override long StaleEvents(IEngine engine) => ((EpollEngine)engine).Table.StaleEvents;

    private protected override IEngine CreateAnother(IWakeSignal wake) => new EpollEngine(wake);

    [Fact]
    public void Auto_is_epoll_on_linux() => Assert.Equal("epoll", Platforms.Resolve("auto").EngineName);

    [Fact]
    public void An_unknown_engine_is_named_with_what_is_known()
    {
        EngineNotAvailableException failure = Assert.Throws<EngineNotAvailableException>(() =>
            Platforms.Resolve("kqueue")
        );
        Assert.Equal("kqueue", failure.Engine);
        Assert.Contains("auto, epoll", failure.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Interest_that_is_back_to_what_it_was_is_not_told_to_the_kernel()
    {
        nint descriptor = Fixture.Dial();
        Registration registration = Fixture.Engine.Register(descriptor, SocketKind.Stream, "closed under the engine");
        Fixture.Forget(descriptor);
        Fixture.Sockets.Close(descriptor);
        Fixture.Engine.SetInterest(registration, Interest.Read);
        Fixture.Engine.SetInterest(registration, Interest.None);

        // The kernel would refuse any change of a closed descriptor.
        Assert.Empty(Fixture.Wait(0));
    }

    [Fact]
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

    [Fact]
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
}
