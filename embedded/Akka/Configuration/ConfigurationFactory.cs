using System;
using System.IO;
using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Where configurations come from: text, or a resource of an assembly.</summary>
public class ConfigurationFactory
{
    private const string DefaultResource = "Akka.Configuration.akka.conf";

    /// <summary>A new configuration without any key.</summary>
    public static Config Empty => ParseString("");

    /// <summary>Parses HOCON text; an <c>include "name"</c> in it asks the callback for the parsed content.</summary>
    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback) =>
        new(Parser.Parse(hocon, includeCallback));

    /// <summary>Parses HOCON text that contains no include.</summary>
    public static Config ParseString(string hocon) => ParseString(hocon, includeCallback: null);

    /// <summary>
    /// The configuration of the application. The real library looks for a section "akka" in app.config; without one
    /// it returns an empty configuration, and that is the only case this kernel knows.
    /// </summary>
    public static Config Load() => Empty;

    /// <summary>The defaults every actor system falls back to.</summary>
    public static Config Default() => FromResource(DefaultResource, typeof(ConfigurationFactory).Assembly);

    /// <summary>Parses a resource of the assembly that contains the given object's type (or of the given type or
    /// assembly).</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly) =>
        instanceInAssembly switch
        {
            Assembly assembly => FromResource(resourceName, assembly),
            Type type => FromResource(resourceName, type.Assembly),
            _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
        };

    /// <summary>Parses a resource of the assembly that contains <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses a resource of the assembly. A missing resource is an <see cref="ArgumentNullException"/>.</summary>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using Stream stream = assembly.GetManifestResourceStream(resourceName);
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
