using System;

namespace Akka.Reactor;

/// <summary>A certificate or key could not be loaded from a file.</summary>
public sealed class TlsCertificateLoadException : ReactorException
{
    internal TlsCertificateLoadException(string path, string problem, Exception? innerException = null)
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
