using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Hosting.Tests;

public sealed class PublicApiSpec
{
    [Fact]
    public void The_public_api_is_the_approved_one() =>
        PublicApi.AssertApproved(typeof(ReactorHostingExtensions).Assembly);

    [Fact]
    public void No_public_name_is_that_of_a_type_that_programs_use_too() =>
        PublicNames.AssertOwn(typeof(ReactorHostingExtensions).Assembly);
}
