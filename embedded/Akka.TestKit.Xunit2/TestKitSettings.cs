using System;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The section akka.test.</summary>
public class TestKitSettings : IExtension
{
    public TestKitSettings(Config config)
    {
        if (config.IsNullOrEmpty())
            throw ConfigurationException.NullOrEmptyConfig<TestKitSettings>();

        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", @default: null, allowInfinite: false);
        SingleExpectDefault = config.GetTimeSpan(
            "akka.test.single-expect-default",
            @default: null,
            allowInfinite: false
        );
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", @default: null, allowInfinite: false);
        TestTimeFactor = config.GetDouble("akka.test.timefactor");
        if (TestTimeFactor <= 0)
        {
            throw new ConfigurationException(
                $"Expected a positive value for \"akka.test.timefactor\" but found {TestTimeFactor}"
            );
        }
    }

    /// <summary>How long latches and barriers wait.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits outside of Within.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for missing events after its action.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>What timeouts are multiplied by.</summary>
    public double TestTimeFactor { get; }
}
