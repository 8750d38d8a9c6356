using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>For tests that take so many descriptors, need such low ones, or count them, that they run while no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
