using System;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

// The engine contract's own attributes, for its files that are compiled here too: a simulated engine runs everywhere, so
// there is nothing to skip. (The contract's own cannot be linked: its discoverer is named by its assembly.)

/// <summary>The engine that a class of tests is about.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EngineAttribute(string name) : Attribute
{
    internal string Name { get; } = name;
}

/// <summary>A test of the engine its class names.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineFactAttribute : FactAttribute;
