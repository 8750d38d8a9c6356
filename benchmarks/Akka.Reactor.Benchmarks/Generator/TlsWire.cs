using System;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A TLS 1.3 connection that uses OpenSSL directly, because the generator must cost less than the servers that it measures.
/// The first calls of <c>Receive</c> and <c>Send</c> drive the handshake.
/// </summary>
internal sealed unsafe class TlsWire : Wire
{
    private nint _ssl;

    /// <param name="context">The context, which all connections share.</param>
    /// <param name="from">The address to connect from.</param>
    /// <param name="port">The port of the server.</param>
    /// <param name="session">
    /// The session to resume, from <see cref="TakeSession"/>. 0 means a full handshake. The caller still owns the session.
    /// </param>
    internal TlsWire(TlsContext context, LoopbackAddress from, int port, nint session)
        : base(from, port)
    {
        _ssl = OpenSsl.New(context.Handle);
        _ = OpenSsl.SetDescriptor(_ssl, Descriptor);
        OpenSsl.SetConnectState(_ssl);
        if (session != 0)
        {
            _ = OpenSsl.SetSession(_ssl, session);
        }
    }

    /// <summary>
    /// Drives the handshake and waits until it is over. Without this call, the first sends and receives drive it.
    /// </summary>
    internal void Handshake()
    {
        int result;
        while ((result = OpenSsl.DoHandshake(_ssl)) != 1)
        {
            _ = Result(result, "SSL_do_handshake");
            Sockets.AwaitReadable(Descriptor);
        }
    }

    /// <summary>True when the handshake resumed a session.</summary>
    internal bool IsResumed => OpenSsl.SessionReused(_ssl) == 1;

    /// <summary>
    /// Returns the session of this connection, which the caller must free. It has a ticket once the first bytes have been
    /// received.
    /// </summary>
    internal nint TakeSession() => OpenSsl.Get1Session(_ssl);

    internal override int Receive(Span<byte> into)
    {
        fixed (byte* start = into)
        {
            return Result(OpenSsl.Read(_ssl, start, into.Length), "SSL_read");
        }
    }

    internal override int Send(ReadOnlySpan<byte> from)
    {
        fixed (byte* start = from)
        {
            return Result(OpenSsl.Write(_ssl, start, from.Length), "SSL_write");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_ssl != 0)
        {
            // Sends close_notify, which keeps the session usable.
            _ = OpenSsl.Shutdown(_ssl);
            OpenSsl.Free(_ssl);
            _ssl = 0;
        }

        base.Dispose(disposing);
    }

    private int Result(int result, string call)
    {
        if (result > 0)
        {
            return result;
        }

        return OpenSsl.GetError(_ssl, result) switch
        {
            OpenSsl.WantRead or OpenSsl.WantWrite => 0,
            OpenSsl.ZeroReturn => throw new InvalidOperationException("The server closed a connection."),
            int error => throw new InvalidOperationException($"{call} failed ({error}): {OpenSsl.TakeError()}"),
        };
    }
}
