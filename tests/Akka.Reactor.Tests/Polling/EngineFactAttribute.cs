using System;
using System.Collections.Generic;
using System.Reflection;
using Akka.Reactor.Polling;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Akka.Reactor.Tests.Polling;

/// <summary>The engine that a class of tests is about.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EngineAttribute(string name) : Attribute
{
    /// <summary>As in <c>akka.reactor.engine</c>.</summary>
    internal string Name { get; } = name;

    /// <summary>Why the engine cannot run on this machine, or null.</summary>
    internal string? Unavailable
    {
        get
        {
            try
            {
                Platforms.Resolve(Name);
                return null;
            }
            catch (EngineNotAvailableException reason)
            {
                return reason.Message;
            }
        }
    }
}

/// <summary>A test of the engine its class names; skipped, with the reason, where that engine cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Akka.Reactor.Tests.Polling.EngineFactDiscoverer", "Akka.Reactor.Tests")]
internal sealed class EngineFactAttribute : FactAttribute;

/// <summary>Makes the test cases of <see cref="EngineFactAttribute"/>.</summary>
internal sealed class EngineFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    private readonly FactDiscoverer _facts = new(diagnostics);

    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions options,
        ITestMethod method,
        IAttributeInfo fact
    )
    {
        Type type = ((IReflectionTypeInfo)method.TestClass.Class).Type;
        return type.GetCustomAttribute<EngineAttribute>()?.Unavailable is { } reason
            ? [new SkippedTestCase(diagnostics, options, method, reason)]
            : _facts.Discover(options, method, fact);
    }
}

/// <summary>A test that is not run.</summary>
internal sealed class SkippedTestCase : XunitTestCase
{
    private string _reason;

    [Obsolete("For the framework, which fills it in from what was written.", error: true)]
    public SkippedTestCase() => _reason = "";

    internal SkippedTestCase(
        IMessageSink diagnostics,
        ITestFrameworkDiscoveryOptions options,
        ITestMethod method,
        string reason
    )
        : base(diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)
    {
        _reason = reason;
        SkipReason = reason;
    }

    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue(nameof(_reason), _reason);
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        base.Deserialize(data);
        _reason = data.GetValue<string>(nameof(_reason));
        SkipReason = _reason;
    }
}
