using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Simulated.Tests;

public sealed class PublicApiSpec
{
    [Fact]
    public void The_public_api_is_the_approved_one() => PublicApi.AssertApproved(typeof(Simulation).Assembly);
}
