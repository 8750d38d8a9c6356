using System;

namespace Akka.Reactor;

/// <summary>
/// A setting under <c>akka.reactor</c>, or an option in C# with the same name, is unknown or has a value that is not allowed; or
/// the environment variable <c>AKKA_REACTOR_ENGINE</c> names an engine that cannot run here. A configured type of the application
/// may throw this exception for its own settings.
/// </summary>
public sealed class ReactorConfigurationException : ReactorException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The full path of the setting.</param>
    /// <param name="problem">The value, and the values that are allowed: <c>is 5; it must be ...</c>.</param>
    /// <param name="innerException">The underlying exception, if there is one.</param>
    public ReactorConfigurationException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
        Path = path;
    }

    /// <summary>The full path of the setting, or the name of the environment variable.</summary>
    public string Path { get; }
}
