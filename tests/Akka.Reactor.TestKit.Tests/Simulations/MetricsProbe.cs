using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Listens to the metrics of one actor system, as <c>dotnet-counters</c> and OpenTelemetry do.</summary>
internal sealed class MetricsProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Value> _recorded = [];
    private readonly List<Value> _observed = [];
    private readonly Lock _gate = new();

    internal MetricsProbe(string system)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (
                instrument.Meter.Name == "Akka.Reactor"
                && instrument.Meter.Tags!.Any(tag =>
                    tag.Key == "akka.reactor.system" && tag.Value is string of && of == system
                )
            )
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What was recorded since the beginning, without what is only observed.</summary>
    internal IReadOnlyList<Value> Recorded
    {
        get
        {
            lock (_gate)
            {
                return [.. _recorded];
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>What was recorded by this instrument.</summary>
    internal IReadOnlyList<Value> Of(string instrument) => [.. Recorded.Where(value => value.Instrument == instrument)];

    /// <summary>What this instrument reports now.</summary>
    internal IReadOnlyList<Value> Observe(string instrument)
    {
        lock (_gate)
        {
            _observed.Clear();
        }

        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return [.. _observed.Where(value => value.Instrument == instrument)];
        }
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Value noted = new(
            instrument.Name,
            value,
            tags.ToArray().ToDictionary(tag => tag.Key, tag => $"{tag.Value}", StringComparer.Ordinal)
        );
        lock (_gate)
        {
            (instrument.IsObservable ? _observed : _recorded).Add(noted);
        }
    }

    internal sealed record Value(string Instrument, double Number, IReadOnlyDictionary<string, string> Tags)
    {
        /// <summary>The value of an attribute; null if there is none.</summary>
        internal string? this[string attribute] => Tags.GetValueOrDefault(attribute);

        /// <summary>The attributes in one line, ordered by name.</summary>
        internal string Text =>
            string.Join(
                ' ',
                Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}")
            );
    }
}
