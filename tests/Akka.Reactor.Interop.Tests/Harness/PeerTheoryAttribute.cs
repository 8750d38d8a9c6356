using System;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>As <see cref="PeerFactAttribute"/>, for tests with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(params string[] programs) => Skip = PeerFactAttribute.WhySkipped(programs);
}
