using System;
using System.IO;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A folder for one test, with a certificate when asked for.</summary>
internal sealed class TempFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("akka-reactor-").FullName;

    internal string Maildir => System.IO.Path.Combine(Path, "maildir");

    internal string Certificate => File("server.pem");

    internal string Key => File("server.key");

    public void Dispose() => Directory.Delete(Path, recursive: true);

    internal string Combine(string name) => System.IO.Path.Combine(Path, name);

    private string File(string name)
    {
        ReactorHost.SelfSignedCertificate.EnsureIn(Path);
        return Combine(name);
    }
}
