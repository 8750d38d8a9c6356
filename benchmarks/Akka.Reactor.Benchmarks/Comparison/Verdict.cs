namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The verdict on a limit.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Found">The measured figure, with its interval if it has one.</param>
internal sealed record Verdict(Limit Limit, Spread Found)
{
    internal bool Kept => (Limit.HoldsForUpperEnd ? Found.High : Found.Median) <= Limit.Most;

    internal string Text =>
        $"{(Kept ? "kept  " : "MISSED")} {Limit.Scenario}: {Limit.Figure} of {Limit.Entry}"
        + (Limit.Reference is null ? "" : $" to {Limit.Reference}")
        + $" {Found.Median:F2} ({Found.Low:F2}..{Found.High:F2}), at most {Limit.Most:F2}";
}
