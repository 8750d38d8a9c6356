using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>
/// Draws the ratios as a picture (SVG): a row per peer and scenario, a dot at the median, a line over the spread, and a
/// vertical line at 1 for the reference.
/// </summary>
internal static class Plot
{
    private const int RowHeight = 20;
    private const int LabelWidth = 190;
    private const int AxisWidth = 600;
    private const int Margin = 30;
    private const double HighestRatio = 4;

    internal static string Of(IEnumerable<ScenarioResult> results)
    {
        StringBuilder body = new();
        int y = Margin;
        foreach (ScenarioResult result in results)
        {
            y = Scenario(body, result, y) + RowHeight;
        }

        int width = LabelWidth + AxisWidth + (2 * Margin) + LabelWidth;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            {body}</svg>

            """;
    }

    /// <summary>Draws a scenario, and returns the position at which the next one begins.</summary>
    private static int Scenario(StringBuilder body, ScenarioResult result, int top)
    {
        // The picture shows one ratio for each entry: the ratio to its first reference.
        (string Name, Spread Ratio)[] rows =
        [
            .. result
                .Contestants.Select(contestant =>
                    (contestant.Entry.Name, Ratio: result.Ratios(contestant).FirstOrDefault())
                )
                .Where(row => row.Ratio.Reference is not null)
                .Select(row => ($"{row.Name} to {row.Ratio.Reference}", row.Ratio.Ratio)),
        ];
        int bottom = top + (RowHeight * (rows.Length + 1));
        Text(body, Margin, top + 4, $"{result.Scenario.Description}: ratios of CPU per operation", "bold");
        for (double tick = 0; tick <= HighestRatio; tick += 0.5)
        {
            string colour = tick == 1 ? "black" : "lightgray";
            Line(body, X(tick), top + 12, X(tick), bottom, colour, 1);
            Text(body, X(tick) - 8, bottom + 12, Number(tick));
        }

        for (int index = 0; index < rows.Length; index++)
        {
            (string name, Spread ratio) = rows[index];
            int y = top + (RowHeight * (index + 1)) + 4;
            string colour = name.StartsWith("reactor", StringComparison.Ordinal) ? "crimson" : "steelblue";
            Text(body, Margin, y + 4, name);
            Line(body, X(ratio.Low), y, X(ratio.High), y, colour, 3);
            body.Append(
                CultureInfo.InvariantCulture,
                $"<circle cx=\"{Number(X(ratio.Median))}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>\n"
            );
            Text(
                body,
                X(HighestRatio) + 10,
                y + 4,
                $"{Number(ratio.Median)} ({Number(ratio.Low)}..{Number(ratio.High)})"
            );
        }

        return bottom + RowHeight;
    }

    private static double X(double ratio) =>
        Margin + LabelWidth + (AxisWidth * Math.Min(ratio, HighestRatio) / HighestRatio);

    private static void Line(StringBuilder body, double x1, int y1, double x2, int y2, string colour, int width) =>
        body.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{x1:F1}\" y1=\"{y1}\" x2=\"{x2:F1}\" y2=\"{y2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>\n"
        );

    private static void Text(StringBuilder body, double x, int y, string text, string weight = "normal") =>
        body.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x:F1}\" y=\"{y}\" font-weight=\"{weight}\">{text}</text>\n"
        );

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
