using System.Runtime.InteropServices;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>
/// The few functions of OpenSSL 3 that a TLS client over a descriptor needs. .NET's own TLS loads the same library. The
/// caller owns the handles and frees each with the function of the same name. Buffers are used only during a call.
/// </summary>
internal static unsafe partial class OpenSsl
{
    internal const int WantRead = 2;
    internal const int WantWrite = 3;
    internal const int ZeroReturn = 6;
    internal const int Tls13 = 0x0304;

    private const string Library = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";
    private const int ModeControl = 33;
    private const int SetMinimumVersionControl = 123;

    [LibraryImport(Library, EntryPoint = "TLS_client_method")]
    internal static partial nint ClientMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    internal static partial nint NewContext(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_free")]
    internal static partial void FreeContext(nint context);

    internal static void SetMinimumVersion(nint context, int version) =>
        _ = Control(context, SetMinimumVersionControl, version, 0);

    /// <summary>
    /// Sets SSL_MODE_ENABLE_PARTIAL_WRITE and SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, so that writes work as with send().
    /// </summary>
    internal static void AllowPartialAndMovingWrites(nint context) => _ = Control(context, ModeControl, 1 | 2, 0);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_ciphersuites", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetCipherSuites(nint context, string names);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    internal static partial nint New(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    internal static partial void Free(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_set_fd")]
    internal static partial int SetDescriptor(nint ssl, int descriptor);

    [LibraryImport(Library, EntryPoint = "SSL_set_connect_state")]
    internal static partial void SetConnectState(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_do_handshake")]
    internal static partial int DoHandshake(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_read")]
    internal static partial int Read(nint ssl, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_write")]
    internal static partial int Write(nint ssl, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_shutdown")]
    internal static partial int Shutdown(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    internal static partial int GetError(nint ssl, int result);

    [LibraryImport(Library, EntryPoint = "SSL_session_reused")]
    internal static partial int SessionReused(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_get1_session")]
    internal static partial nint Get1Session(nint ssl);

    [LibraryImport(Library, EntryPoint = "SSL_set_session")]
    internal static partial int SetSession(nint ssl, nint session);

    [LibraryImport(Library, EntryPoint = "SSL_SESSION_free")]
    internal static partial void FreeSession(nint session);

    /// <summary>Returns the library's text for its oldest error, and removes this error.</summary>
    internal static string TakeError()
    {
        byte* text = stackalloc byte[256];
        DescribeError(GetError(), text, 256);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    private static partial nuint GetError();

    [LibraryImport(Crypto, EntryPoint = "ERR_error_string_n")]
    private static partial void DescribeError(nuint error, byte* text, nuint length);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint Control(nint context, int command, nint argument, nint pointer);
}
