using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The runtime settings with which every server is started. They override the caller's environment.</summary>
internal static class ServerSettings
{
    internal static IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_TieredCompilation"] = "1",
            ["DOTNET_TieredPGO"] = "1",
        };

    internal static string Text => string.Join(' ', Environment.Select(setting => $"{setting.Key}={setting.Value}"));
}
