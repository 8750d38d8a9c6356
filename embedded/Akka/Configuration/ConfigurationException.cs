using System;
using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration, or a value in it, cannot be used.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message) { }

    public ConfigurationException(string message, Exception exception)
        : base(message, exception) { }

    /// <summary>The error for something that was to be built from a section which is missing or empty.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string path = null)
    {
        string fact = string.IsNullOrWhiteSpace(path)
            ? "Configuration is null or empty"
            : $"Configuration does not contain `{path}` node";
        return new ConfigurationException($"Failed to instantiate {typeof(T).Name}: {fact}");
    }
}
