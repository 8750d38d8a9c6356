using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

/// <summary>
/// The calls of a system that has neither <c>accept4</c> nor flags for new sockets, no MSG_NOSIGNAL and no eventfd, made
/// on this one: what macOS runs.
/// </summary>
[Engine("poll")]
public sealed class PortableCallsSpec() : EngineContractSpec(new PortablePlatform())
{
    private const int GetDescriptorFlags = 1;
    private static readonly PosixAbi Poor = PosixAbi.Linux with { SocketFlags = 0, SendFlags = 0 };

    [EngineFact]
    public void Every_socket_is_non_blocking_and_closed_on_exec()
    {
        (Registration one, Registration other) = Fixture.Pair();
        foreach (nint descriptor in (nint[])[one.Descriptor, other.Descriptor, Fixture.Listener.Descriptor])
        {
            Assert.NotEqual(0, Libc.Fcntl((int)descriptor, Libc.F_GETFL, 0) & Poor.ONonBlock);
            Assert.Equal(Libc.FD_CLOEXEC, Libc.Fcntl((int)descriptor, GetDescriptorFlags, 0));
        }
    }

    private sealed class PortablePlatform : IPlatform
    {
        public string EngineName => "poll";

        public ISockets Sockets { get; } = new PosixSockets(Poor);

        public IWakeSignal CreateWakeSignal() => new WakePipe(Poor);

        public IEngine CreateEngine(IWakeSignal wake) => new PollEngine(wake, Poor);
    }
}
