using System;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>An expected message was not equal to what came.</summary>
internal sealed class MismatchException(string message) : XunitException(message)
{
    public static MismatchException For(object expected, object actual, string format, object[] args)
    {
        string reason = string.IsNullOrEmpty(format) ? "Values differ" : Format(format, args);
        return new MismatchException(
            $"Assert.Equal() Failure: {reason}{Environment.NewLine}Expected: {Show(expected)}{Environment.NewLine}Actual:   {Show(actual)}"
        );
    }

    private static string Show(object value) =>
        (value as string ?? ArgumentFormatter.Format(value)).Replace(
            Environment.NewLine,
            Environment.NewLine + new string(' ', 10),
            StringComparison.Ordinal
        );

    // A hint comes from the test and may contain braces that are no placeholders.
    private static string Format(string format, object[] args)
    {
        try
        {
            return string.Format(format, args);
        }
        catch (FormatException)
        {
            return format;
        }
    }
}
