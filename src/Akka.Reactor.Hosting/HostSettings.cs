using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace Akka.Reactor.Hosting;

/// <summary>Writes a section of the host's configuration as HOCON, with the same keys.</summary>
internal static class HostSettings
{
    /// <summary>Returns the settings below a path.</summary>
    /// <param name="section">A section, or a whole configuration.</param>
    /// <param name="path">The path in HOCON that stands for the section.</param>
    internal static Config Below(IConfiguration section, string path)
    {
        StringBuilder hocon = new(path);
        Append(hocon.Append(' '), section);
        return ConfigurationFactory.ParseString(hocon.ToString());
    }

    private static void Append(StringBuilder hocon, IConfiguration configuration)
    {
        List<IConfigurationSection> children = [.. configuration.GetChildren()];
        if (children.Count > 0 && IsList(children))
        {
            hocon.Append("[ ");
            foreach (IConfigurationSection item in children)
            {
                Append(hocon, item);
                hocon.Append(", ");
            }

            hocon.Append("] ");
        }
        else if (children.Count == 0 && configuration is IConfigurationSection { Value: { } value })
        {
            AppendText(hocon, value is "True" or "False" ? value.ToLowerInvariant() : value);
        }
        else
        {
            hocon.Append("{ ");
            foreach (IConfigurationSection child in children)
            {
                AppendText(hocon, child.Key);
                hocon.Append(": ");
                Append(hocon, child);
                hocon.Append('\n');
            }

            hocon.Append("} ");
        }
    }

    // The configuration has no lists: their elements have the keys 0, 1, ...
    private static bool IsList(List<IConfigurationSection> children) =>
        children
            .Select((child, index) => child.Key == index.ToString(CultureInfo.InvariantCulture))
            .All(isIndex => isIndex);

    // Quoted as JSON quotes text, which is HOCON, too.
    private static void AppendText(StringBuilder hocon, string text)
    {
        hocon.Append('"');
        foreach (char character in text)
        {
            if (character is '"' or '\\')
            {
                hocon.Append('\\').Append(character);
            }
            else if (char.IsControl(character))
            {
                hocon.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                hocon.Append(character);
            }
        }

        hocon.Append('"');
    }
}
