using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Diagnostics;

namespace Akka.Reactor.Configuration;

/// <summary>
/// Reads <c>reconnect</c>: the defaults, and the settings of one client that change them. A setting for a failure class is
/// applied to the general policy, whether the defaults or the client set the class and the policy.
/// </summary>
internal sealed record ReconnectReader
{
    // Holds everything but the policies of the classes.
    private ReconnectOptions General { get; init; } = ReconnectOptions.Default;

    // Holds the changes for each class, in the order in which they were read.
    private IReadOnlyList<(FailureClass Class, Func<RetryPolicy, RetryPolicy> Change)> Changes { get; init; } =
    [.. ReconnectOptions.Default.On.Select(pair => (pair.Key, Always(pair.Value)))];

    internal static ReconnectReader Read(SettingsReader reader) => new ReconnectReader().With(reader);

    /// <summary>Returns a copy with the settings of this block added.</summary>
    internal ReconnectReader With(SettingsReader reader) =>
        this with
        {
            General = ReadGeneral(reader, General),
            Changes = [.. Changes, .. ReadClasses(reader.Section("on"))],
        };

    internal ReconnectOptions Settle()
    {
        Dictionary<FailureClass, RetryPolicy> on = [];
        foreach ((FailureClass failure, Func<RetryPolicy, RetryPolicy> change) in Changes)
        {
            on[failure] = change(on.GetValueOrDefault(failure, General.Policy));
        }

        return General with
        {
            On = on.ToFrozenDictionary(),
        };
    }

    /// <summary>Reads everything but the policies of the failure classes.</summary>
    internal static ReconnectOptions ReadGeneral(IOptionReader reader, ReconnectOptions options) =>
        options with
        {
            Policy = ReadPolicy(reader, options.Policy),
            Deadline = reader.Duration("deadline", options.Deadline, TimeRange.OrInfinite),
            ResetAfter = reader.Duration("reset-after", options.ResetAfter, TimeRange.Finite),
        };

    internal static RetryPolicy ReadPolicy(IOptionReader reader, RetryPolicy policy)
    {
        RetryPolicy read = new()
        {
            Directive = reader.Choice("directive", policy.Directive),
            MinBackoff = reader.Duration("min-backoff", policy.MinBackoff, TimeRange.Finite),
            MaxBackoff = reader.Duration("max-backoff", policy.MaxBackoff, TimeRange.Finite),
            Multiplier = reader.Number("multiplier", policy.Multiplier, 1, 100),
            Jitter = reader.Number("jitter", policy.Jitter, 0, 1),
            Attempts = reader.OrWord(
                "attempts",
                "unlimited",
                policy.Attempts,
                (key, count, or) => reader.Count(key, count, 1, or: or)
            ),
        };
        return read.MinBackoff <= read.MaxBackoff
            ? read
            : throw reader.Error(
                "min-backoff",
                $"is {read.MinBackoff}; it must be at most max-backoff ({read.MaxBackoff})"
            );
    }

    private static IEnumerable<(FailureClass Class, Func<RetryPolicy, RetryPolicy> Change)> ReadClasses(
        SettingsReader reader
    )
    {
        foreach (string name in reader.Keys)
        {
            yield return (ClassOf(reader, name), ReadClass(reader, name));
        }
    }

    private static FailureClass ClassOf(SettingsReader reader, string name)
    {
        if (FailureClass.Parse(name) is { } ours)
        {
            return ours;
        }

        IReadOnlyList<string> own = reader.OwnFailureClasses;
        return own.Contains(name, StringComparer.Ordinal)
            ? FailureClass.Named(name)
            : throw reader.Error(
                name,
                $"is not a failure class; it must be one of {string.Join(", ", FailureClass.All.Select(known => known.Name).Concat(own))}, or a name in akka.reactor.failure-classes"
            );
    }

    // Reads a word, a time that is the longest wait of every attempt, or a block.
    private static Func<RetryPolicy, RetryPolicy> ReadClass(SettingsReader reader, string name)
    {
        if (reader.IsBlock(name))
        {
            SettingsReader block = reader.Section(name);
            return policy => ReadPolicy(block, policy);
        }

        if (KebabCase<RetryDirective>.Parse(reader.RequiredText(name)) is { } directive)
        {
            return policy => policy with { Directive = directive };
        }

        TimeSpan wait = reader.Options.Duration(
            name,
            TimeSpan.Zero,
            TimeRange.Finite,
            $", or one of {string.Join(", ", KebabCase<RetryDirective>.All)}, or a block"
        );
        return policy => policy with { Directive = RetryDirective.Retry, MinBackoff = wait, MaxBackoff = wait };
    }

    private static Func<RetryPolicy, RetryPolicy> Always(RetryPolicy preset) =>
        policy => policy with { Directive = preset.Directive };
}
