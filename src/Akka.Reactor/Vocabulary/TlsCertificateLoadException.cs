using System;

namespace Akka.Reactor;

/// <summary>A certificate or private key could not be loaded from a file.</summary>
public sealed class TlsCertificateLoadException : ReactorException
{
    internal TlsCertificateLoadException(string path, string problem, Exception? innerException = null)
        : base($"Cannot use {path}: {problem}.", innerException)
    {
        Path = path;
        Problem = problem;
    }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The reason. It contains neither the path of the file nor its contents.</summary>
    public string Problem { get; }
}
