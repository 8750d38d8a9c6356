using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>Writes all measured values as JSON, round by round, for readers who want to make their own calculations.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    internal static string Of(IEnumerable<ScenarioResult> results) =>
        new JsonObject
        {
            ["runtime"] = Environment.Version.ToString(),
            ["system"] = Environment.OSVersion.VersionString,
            ["processors"] = Environment.ProcessorCount,
            ["servers"] = ServerSettings.Text,
            ["scenarios"] = new JsonArray([.. results.Select(Scenario)]),
        }.ToJsonString(s_indented);

    private static JsonNode Scenario(ScenarioResult result) =>
        new JsonObject
        {
            ["name"] = result.Scenario.Name,
            ["description"] = result.Scenario.Description,
            ["peers"] = new JsonArray([.. result.Contestants.Select(contestant => Peer(result, contestant))]),
        };

    private static JsonNode Peer(ScenarioResult result, Contestant contestant)
    {
        JsonObject ratios = [];
        foreach ((string reference, Spread ratio) in result.Ratios(contestant))
        {
            ratios[reference] = new JsonObject
            {
                ["median"] = ratio.Median,
                ["low"] = ratio.Low,
                ["high"] = ratio.High,
            };
        }

        return new JsonObject
        {
            ["name"] = contestant.Entry.Name,
            ["cpuRatioTo"] = ratios,
            ["p50Microseconds"] = contestant.PooledLatency().Quantile(0.5),
            ["p99Microseconds"] = contestant.PooledLatency().Quantile(0.99),
            ["rounds"] = new JsonArray([.. contestant.Rounds.Select(Round)]),
        };
    }

    private static JsonNode Round(Measurement round) =>
        new JsonObject
        {
            ["operations"] = round.Load.Operations,
            ["seconds"] = round.Load.Seconds,
            ["cpuMicrosecondsPerOperation"] = round.CpuPerOperation,
            ["bytesAllocatedPerOperation"] = round.AllocatedPerOperation,
            ["p50Microseconds"] = round.Load.Latency.Quantile(0.5),
            ["p99Microseconds"] = round.Load.Latency.Quantile(0.99),
        };
}
