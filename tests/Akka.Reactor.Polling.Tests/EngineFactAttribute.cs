using System;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>The engine that a class of tests is about.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EngineAttribute(string name) : Attribute
{
    /// <summary>As in <c>akka.reactor.engine</c>.</summary>
    internal string Name { get; } = name;
}

/// <summary>A test of the engine its class names. The class skips itself where that cannot run: <see cref="Engines"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineFactAttribute : FactAttribute;

internal static class Engines
{
    /// <summary>The engine's platform; skips the test, with the reason, where the engine cannot run.</summary>
    internal static IPlatform ResolveOrSkip(string name)
    {
        try
        {
            return Platforms.Resolve(name);
        }
        catch (EngineNotAvailableException reason)
        {
            Assert.Skip(reason.Message);
            throw;
        }
    }
}
