using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>For tests that take so many descriptors, or need such low ones, that they run while no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
