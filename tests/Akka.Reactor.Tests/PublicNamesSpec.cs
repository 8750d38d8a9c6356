using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests;

public sealed class PublicNamesSpec
{
    [Fact]
    public void No_public_type_has_the_name_of_one_that_programs_also_use() =>
        PublicNames.AssertOwn(typeof(ReactorExtension).Assembly);
}
