namespace Akka.Reactor.Certificates;

/// <summary>Something that comes from files and can be loaded from them again.</summary>
internal interface IReloadable
{
    /// <summary>The name for logs, such as <c>The certificate CN=a in server.pem</c>.</summary>
    string LogName { get; }

    /// <summary>The path of the file for errors; null if the present content does not come from files, and cannot be loaded again.</summary>
    string? Path { get; }

    /// <summary>The state of the files from which the present content was loaded.</summary>
    FileStamps LoadedStamp { get; }

    /// <summary>Returns the present state of the files, by which a change is recognized.</summary>
    FileStamps Stamp();

    /// <summary>Loads the files, and replaces the present content if that succeeds.</summary>
    /// <returns>What was loaded, for the log: such as <c>it is valid until ...</c>.</returns>
    /// <exception cref="TlsCertificateLoadException">The files cannot be used. The present content is as before.</exception>
    string Load();
}
