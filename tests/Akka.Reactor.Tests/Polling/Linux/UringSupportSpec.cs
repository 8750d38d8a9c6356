using System;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Linux;

public sealed class UringSupportSpec
{
    [Theory]
    [InlineData(38, "0", "no io_uring")]
    [InlineData(1, "2", "kernel.io_uring_disabled is 2")]
    [InlineData(1, "0", "seccomp")]
    [InlineData(1, null, "seccomp")]
    [InlineData(13, "0", "may not use io_uring")]
    [InlineData(22, "0", "too old")]
    [InlineData(12, "0", "ulimit -l")]
    [InlineData(24, "0", "no descriptor left")]
    [InlineData(23, "0", "no descriptor left")]
    [InlineData(5, "0", "io_uring_setup")]
    public void A_refusal_is_explained_in_words(int errno, string? disabled, string words)
    {
        string? reason = UringSupport.WhyNot(
            () => throw new SocketFaultException("io_uring_setup", SocketFault.Other, errno, "the system's words"),
            () => disabled
        );
        Assert.Contains(words, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_lacks_a_feature_is_too_old() =>
        Assert.Contains("6.0", UringSupport.WhyNot(() => false, () => null), StringComparison.Ordinal);

    [Fact]
    public void Nothing_speaks_against_a_kernel_that_has_all() =>
        Assert.Null(UringSupport.WhyNot(() => true, () => null));
}
