using System;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// The context that all TLS connections of the generator share. It allows only TLS 1.3 with TLS_AES_128_GCM_SHA256, so that
/// every server does the same work. Certificates are not checked.
/// </summary>
internal sealed unsafe class TlsContext : IDisposable
{
    internal const string CipherSuite = "TLS_AES_128_GCM_SHA256";

    internal TlsContext()
    {
        Handle = OpenSsl.NewContext(OpenSsl.ClientMethod());
        OpenSsl.SetMinimumVersion(Handle, OpenSsl.Tls13);
        OpenSsl.AllowPartialAndMovingWrites(Handle);
        if (Handle == 0 || OpenSsl.SetCipherSuites(Handle, CipherSuite) != 1)
        {
            throw new InvalidOperationException($"OpenSSL does not offer {CipherSuite}.");
        }
    }

    internal nint Handle { get; }

    public void Dispose() => OpenSsl.FreeContext(Handle);
}
