using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests;

public sealed class PublicApiSpec
{
    [Fact]
    public void The_public_api_is_the_approved_one() => PublicApi.AssertApproved(typeof(ReactorExtension).Assembly);
}
