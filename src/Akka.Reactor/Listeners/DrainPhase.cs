using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The phase of Akka's coordinated shutdown in which listeners are drained. The timeout of the phase limits every
/// <c>drain-timeout</c>. A listener whose <c>drain-timeout</c> does not fit causes a warning when it starts. Used by the
/// manager only.
/// </summary>
/// <param name="defaults">The configuration's options for listeners that have none of their own.</param>
/// <param name="configured">The names of the configuration's listeners.</param>
/// <param name="timeout">The phase's timeout.</param>
/// <param name="log">The log for warnings.</param>
internal sealed class DrainPhase(
    ListenerOptions defaults,
    IReadOnlyList<string?> configured,
    TimeSpan timeout,
    ILoggingAdapter log
)
{
    internal const string Name = CoordinatedShutdown.PhaseServiceUnbind;

    // The phase must get the answer in time, so the work gets a little less time than the answer.
    private const double Work = 0.8;
    private const double Answer = 0.9;

    // Holds the settings that were named in a warning. Many listeners may share a default.
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Returns how long the work may take in a phase with the given timeout.</summary>
    internal static TimeSpan WorkWithin(TimeSpan timeout) => timeout * Work;

    /// <summary>Returns how long the answer may take in a phase with the given timeout.</summary>
    internal static TimeSpan AnswerWithin(TimeSpan timeout) => timeout * Answer;

    /// <summary>Logs a warning if the listener's <c>drain-timeout</c> does not fit into the phase.</summary>
    internal void Check(Listener listener)
    {
        TimeSpan wanted = listener.Options.DrainTimeout;
        bool endless = wanted < TimeSpan.Zero;
        string key = KeyOf(listener);
        if ((!endless && wanted <= WorkWithin(timeout)) || !_said.Add(key))
        {
            return;
        }

        log.Warning(
            "{0} is {1}, but akka.coordinated-shutdown.phases.{2}.timeout is {3}: at shutdown, connections are aborted after {4}{5}",
            key,
            endless ? "infinite" : Text(wanted),
            Name,
            Text(timeout),
            Text(WorkWithin(timeout)),
            endless ? "" : $"; the timeout must be at least {Text(wanted / Work)}"
        );
    }

    private string KeyOf(Listener listener)
    {
        if (listener.Options.DrainTimeout == defaults.DrainTimeout)
        {
            return "akka.reactor.listener.drain-timeout";
        }

        return configured.Contains(listener.Name, StringComparer.Ordinal)
            ? $"akka.reactor.listeners.{listener.Name}.drain-timeout"
            : $"{nameof(ListenerOptions.DrainTimeout)} of the listener {listener.Name}";
    }

    private static string Text(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###} s");
}
