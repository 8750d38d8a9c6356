using System;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A connection under TLS 1.3, by OpenSSL itself: the generator must cost less than the servers it measures. The handshake
/// is driven by whoever receives and sends first.
/// </summary>
internal sealed unsafe class TlsWire : Wire
{
    private nint _ssl;

    /// <param name="context">Made once for all connections.</param>
    /// <param name="from">Where to connect from.</param>
    /// <param name="port">The server's.</param>
    /// <param name="session">To resume, from <see cref="TakeSession"/>; 0: a full handshake. Stays the caller's.</param>
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

    /// <summary>Waits until the handshake is over; otherwise whoever sends and receives first drives it.</summary>
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

    /// <summary>The session of this connection, to be freed by the caller; after the first bytes received it has a ticket.</summary>
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
            // Says close_notify, and keeps the session usable.
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
