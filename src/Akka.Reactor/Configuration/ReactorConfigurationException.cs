using System;

namespace Akka.Reactor;

/// <summary>A setting under <c>akka.reactor</c> is unknown, or its value is not allowed.</summary>
public sealed class ReactorConfigurationException : ReactorException
{
    /// <summary>Names the full path, the value and what is allowed.</summary>
    public ReactorConfigurationException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
        Path = path;
    }

    /// <summary>The full path of the setting.</summary>
    public string Path { get; }
}
