using Akka.Reactor.Polling.Posix;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

public sealed class WakePipeSpec() : WakeSignalContractSpec(new WakePipe(PosixAbi.Linux))
{
    [Fact]
    public void Both_ends_are_closed_on_exec_and_do_not_block()
    {
        const int F_GETFD = 1;
        Assert.Equal(Libc.FD_CLOEXEC, Libc.Fcntl((int)Wake.Descriptor, F_GETFD, 0));
        Assert.NotEqual(0, Libc.Fcntl((int)Wake.Descriptor, Libc.F_GETFL, 0) & PosixAbi.Linux.ONonBlock);
    }
}
