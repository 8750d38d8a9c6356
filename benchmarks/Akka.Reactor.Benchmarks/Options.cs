using System.CommandLine;
using System.Globalization;

namespace Akka.Reactor.Benchmarks;

/// <summary>Makes the kinds of options that more than one command has.</summary>
internal static class Options
{
    /// <summary>Makes an option for a whole number from 1 to <paramref name="most"/>.</summary>
    internal static Option<int> Number(string name, string description, int byDefault, int most)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            // The token is checked, because a text that is not a number has no value.
            if (
                result.Tokens is [var token]
                && !(
                    int.TryParse(token.Value, CultureInfo.InvariantCulture, out int value)
                    && value >= 1
                    && value <= most
                )
            )
            {
                result.AddError($"{name} is {token.Value}; allowed are 1 to {most}.");
            }
        });
        return option;
    }
}
