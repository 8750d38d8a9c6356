using System;
using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Drives an SslStream without waiting. The driver offers ciphertext, and after that each operation has either finished or
/// waits for more ciphertext. So results are polled, and there are no callbacks. Throws the exceptions that SslStream throws.
/// </summary>
internal sealed class SslStreamDriver
{
    private const int MaxPlaintextPerRecord = 16 * 1024;
    private const byte FatalAlert = 2;

    private readonly TlsOutput _output;
    private readonly TlsDuplex _duplex;
    private readonly SslStream _ssl;
    private readonly bool _isClient;
    private Task? _handshake; // Null after the handshake is complete.
    private ServerFlight? _flight = new();
    private ValueTask<int> _read;
    private bool _reading;
    private int _sendOverhead;

    private SslStreamDriver(TlsOutput output, bool isClient, Func<SslStream, TlsDuplex, Task> authenticate)
    {
        _output = output;
        _isClient = isClient;
        _duplex = new TlsDuplex(output) { Observer = isClient ? null : _flight };
        _duplex.Enter();
        _ssl = new SslStream(_duplex, leaveInnerStreamOpen: true);
        try
        {
            // The call is asynchronous in form only: every await inside it is on the duplex.
            _handshake = authenticate(_ssl, _duplex);
        }
        catch (Exception e) // SslStream throws, instead of returning a failed task, if the platform refuses the options.
        {
            _handshake = Task.FromException(e);
        }
    }

    /// <summary>Whether SslStream has written anything to the peer yet.</summary>
    public bool HasWritten => _duplex.HasWritten;

    /// <summary>The last unencrypted alert written to the peer, if any.</summary>
    public TlsAlert? AlertWritten => _duplex.AlertWritten;

    /// <summary>Whether SslStream has read all bytes that it was offered.</summary>
    public bool HasReadAll => _duplex.HasReadAll;

    /// <summary>The smallest number of bytes by which a record's payload exceeds its plaintext.</summary>
    public int ReceiveOverhead { get; private set; }

    /// <summary>Starts a server's handshake. The calling thread may touch the result until <see cref="Leave"/>.</summary>
    public static SslStreamDriver Begin(TlsServerOptions options, TlsPeerVerifier verifier, TlsOutput output) =>
        new(
            output,
            isClient: false,
            (ssl, duplex) =>
                options.Names.IsEmpty && !options.StrictSni
                    ? ssl.AuthenticateAsServerAsync(TlsSslOptions.Server(options, options.Certificate, verifier))
                    : ssl.AuthenticateAsServerAsync(
                        (_, hello, _, _) => new(OptionsFor(hello.ServerName, options, verifier, duplex)),
                        state: null
                    )
        );

    /// <summary>Starts a client's handshake. The calling thread may touch the result until <see cref="Leave"/>.</summary>
    public static SslStreamDriver Begin(TlsClientOptions options, TlsPeerVerifier verifier, TlsOutput output) =>
        new(output, isClient: true, (ssl, _) => ssl.AuthenticateAsClientAsync(TlsSslOptions.Client(options, verifier)));

    /// <summary>Allows the calling thread to run SslStream's code, until <see cref="Leave"/>.</summary>
    public void Enter() => _duplex.Enter();

    /// <summary>Forbids every thread to continue inside SslStream, until <see cref="Enter"/>.</summary>
    public void Leave() => _duplex.Leave();

    /// <summary>
    /// Offers ciphertext that ends no later than the current record. SslStream continues with it before the call returns.
    /// </summary>
    public void Offer(ReadOnlyMemory<byte> ciphertext)
    {
        if (_isClient)
        {
            _flight?.Observe(ciphertext.Span);
        }

        _duplex.Offer(ciphertext);
    }

    /// <summary>
    /// Returns the result of the handshake, or null while the handshake waits for ciphertext. Must not be called again after it
    /// has returned a result.
    /// </summary>
    public TlsInfo? CompleteHandshake()
    {
        if (!_handshake!.IsCompleted)
        {
            return _duplex.IsWaiting ? null : throw Suspended();
        }

        _handshake.GetAwaiter().GetResult();
        _handshake = null;
        TlsInfo info = Describe();
        _flight = null;
        _duplex.Observer = null;
        return info;
    }

    /// <summary>
    /// Returns whether <see cref="Read"/> has a result. Until then a read of zero bytes waits, because it needs no buffer.
    /// </summary>
    public bool IsReadable()
    {
        if (!_reading)
        {
            _read = _ssl.ReadAsync(Memory<byte>.Empty);
            _reading = true;
        }

        if (!_read.IsCompleted)
        {
            return _duplex.IsWaiting ? false : throw Suspended();
        }

        _reading = false;
        _ = _read.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>
    /// Reads plaintext. Returns 0 when the peer has sent close_notify. May be called only after <see cref="IsReadable"/> has
    /// returned true.
    /// </summary>
    public int Read(Memory<byte> room)
    {
        ValueTask<int> read = _ssl.ReadAsync(room);
        return read.IsCompleted ? read.GetAwaiter().GetResult() : throw Suspended();
    }

    /// <summary>Encrypts bytes into the output.</summary>
    public void Write(in ReadOnlySequence<byte> data)
    {
        long records = (data.Length + MaxPlaintextPerRecord - 1) / MaxPlaintextPerRecord;
        _output.Expect(data.Length + (records * _sendOverhead));
        if (data.IsSingleSegment)
        {
            WriteRecords(data.First);
            return;
        }

        // Small segments are copied together, because a record costs more than a copy.
        byte[] scratch = ArrayPool<byte>.Shared.Rent(MaxPlaintextPerRecord);
        try
        {
            for (ReadOnlySequence<byte> rest = data; !rest.IsEmpty; )
            {
                int count = (int)Math.Min(rest.Length, MaxPlaintextPerRecord);
                rest.Slice(0, count).CopyTo(scratch);
                WriteRecords(scratch.AsMemory(0, count));
                rest = rest.Slice(count);
            }
        }
        finally
        {
            // The array holds plaintext, which must not remain in a pool that the whole process rents from.
            ArrayPool<byte>.Shared.Return(scratch, clearArray: true);
        }
    }

    /// <summary>Writes close_notify into the output.</summary>
    public void CloseNotify()
    {
        _output.Expect(0);
        Task shutdown = _ssl.ShutdownAsync();
        if (!shutdown.IsCompleted)
        {
            throw Suspended();
        }

        shutdown.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Releases SslStream. The duplex is ended first, so that a waiting operation completes immediately, gives its buffers
    /// back, and leaves no exception unobserved.
    /// </summary>
    public void Release()
    {
        _duplex.Enter();
        _duplex.End();
        _ = _handshake?.Exception;
        if (_reading)
        {
            _reading = false;
            try
            {
                _ = _read.GetAwaiter().GetResult();
            }
            catch (Exception)
            {
                // The stream ended in the middle of a record, because this method has just ended it.
            }
        }

        _ssl.Dispose();
        _duplex.Leave();
    }

    // SslStream calls this with the ClientHello, and again with the second one after a HelloRetryRequest. Each certificate has its own
    // context, which is shared by all connections: without that, no session could be resumed.
    private static SslServerAuthenticationOptions OptionsFor(
        string name,
        TlsServerOptions options,
        TlsPeerVerifier verifier,
        TlsDuplex duplex
    )
    {
        TlsCertificate? certificate = options.Names.Find(name) ?? (options.StrictSni ? null : options.Certificate);
        if (certificate is null)
        {
            // SslStream ends without an alert when a callback throws.
            duplex.Write([TlsRecordReader.Alert, 3, 3, 0, 2, FatalAlert, (byte)TlsAlert.UnrecognizedName]);
            throw new AuthenticationException("The client asks for a name that no certificate has, or for none.");
        }

        return TlsSslOptions.Server(options, certificate, verifier);
    }

    private TlsInfo Describe()
    {
        bool tls13 = _ssl.SslProtocol == SslProtocols.Tls13;
        ReceiveOverhead = TlsSslOptions.RecordOverhead(tls13, _ssl.NegotiatedCipherSuite);
        _sendOverhead = TlsRecordReader.HeaderSize + (tls13 ? 17 : 24); // A guess for AES-GCM, used only to size arrays.
        string alpn = _ssl.NegotiatedApplicationProtocol.ToString();
        string host = _ssl.TargetHostName;
        return new TlsInfo(
            _ssl.SslProtocol,
            _ssl.NegotiatedCipherSuite,
            alpn.Length == 0 ? null : alpn,
            host.Length == 0 ? null : host,
            _ssl.RemoteCertificate switch
            {
                null => null,
                X509Certificate2 certificate => certificate,
                { } other => new X509Certificate2(other),
            },
            _flight!.Resumed
        );
    }

    private void WriteRecords(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        ValueTask write = _ssl.WriteAsync(data);
        if (!write.IsCompleted)
        {
            throw Suspended();
        }

        write.GetAwaiter().GetResult();
    }

    private static InvalidOperationException Suspended() =>
        new("SslStream did not finish an operation on the calling thread.");
}
