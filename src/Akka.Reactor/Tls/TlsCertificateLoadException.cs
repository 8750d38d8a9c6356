using System;

namespace Akka.Reactor;

/// <summary>A certificate or key could not be loaded from a file.</summary>
public sealed class TlsCertificateLoadException : ReactorException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The file, as it was given.</param>
    /// <param name="problem">What is wrong with it, without the path.</param>
    /// <param name="innerException">The framework's exception behind it, where there is one.</param>
    public TlsCertificateLoadException(string path, string problem, Exception? innerException = null)
        : base($"Cannot use {path}: {problem}.", innerException)
    {
        Path = path;
        Problem = problem;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>What is wrong with the file, without its path and never with its contents.</summary>
    public string Problem { get; }
}
