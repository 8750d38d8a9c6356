using System;
using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// An SslStream as a thing without waiting: it is offered ciphertext, and each of its operations has then either finished
/// or waits for more. So results are looked at and never called back. Throws what SslStream throws.
/// </summary>
internal sealed class SslStreamDriver
{
    private const int MaxPlaintextPerRecord = 16 * 1024;

    private readonly TlsOutput _output;
    private readonly TlsDuplex _duplex;
    private readonly SslStream _ssl;
    private readonly bool _isClient;
    private Task? _handshake; // Null when it is complete.
    private ServerFlight? _flight = new();
    private ValueTask<int> _read;
    private bool _reading;
    private int _sendOverhead;

    private SslStreamDriver(TlsOutput output, bool isClient, Func<SslStream, Task> authenticate)
    {
        _output = output;
        _isClient = isClient;
        _duplex = new TlsDuplex(output) { Observer = isClient ? null : _flight };
        _duplex.Enter();
        _ssl = new SslStream(_duplex, leaveInnerStreamOpen: true);
        try
        {
            // Asynchronous in form only: every await inside is on the duplex.
            _handshake = authenticate(_ssl);
        }
        catch (Exception e) // Options the platform refuses are thrown and not returned.
        {
            _handshake = Task.FromException(e);
        }
    }

    /// <summary>Whether anything was written to the peer yet.</summary>
    public bool HasWritten => _duplex.HasWritten;

    /// <summary>The last unencrypted alert written to the peer, if any.</summary>
    public TlsAlert? AlertWritten => _duplex.AlertWritten;

    /// <summary>Whether SslStream has read all it was offered.</summary>
    public bool HasReadAll => _duplex.HasReadAll;

    /// <summary>Fewest bytes by which a record's payload exceeds its plaintext.</summary>
    public int ReceiveOverhead { get; private set; }

    /// <summary>Starts a server's handshake. The calling thread may touch the result until <see cref="Leave"/>.</summary>
    public static SslStreamDriver Begin(TlsServerOptions options, TlsPeerVerifier verifier, TlsOutput output) =>
        new(output, isClient: false, ssl => ssl.AuthenticateAsServerAsync(TlsSslOptions.Server(options, verifier)));

    /// <summary>Starts a client's handshake. The calling thread may touch the result until <see cref="Leave"/>.</summary>
    public static SslStreamDriver Begin(TlsClientOptions options, TlsPeerVerifier verifier, TlsOutput output) =>
        new(output, isClient: true, ssl => ssl.AuthenticateAsClientAsync(TlsSslOptions.Client(options, verifier)));

    /// <summary>Allows the calling thread in.</summary>
    public void Enter() => _duplex.Enter();

    /// <summary>From here on no thread may go on inside SslStream.</summary>
    public void Leave() => _duplex.Leave();

    /// <summary>Offers ciphertext that ends no later than the current record, and lets SslStream go on with it.</summary>
    public void Offer(ReadOnlyMemory<byte> ciphertext)
    {
        if (_isClient)
        {
            _flight?.Observe(ciphertext.Span);
        }

        _duplex.Offer(ciphertext);
    }

    /// <summary>What the handshake agreed on; null while it waits for ciphertext. Not after it has answered.</summary>
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
    /// Whether <see cref="Read"/> has something to tell. A read of nothing is what waits meanwhile: it needs no buffer.
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

    /// <summary>Takes plaintext out; 0 when the peer has sent close_notify. Only after <see cref="IsReadable"/>.</summary>
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

        // Small segments are put together: a record costs more than a copy.
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
            // Plaintext: it must not lie around in a pool that everything in the process rents from.
            ArrayPool<byte>.Shared.Return(scratch, clearArray: true);
        }
    }

    /// <summary>Puts close_notify into the output.</summary>
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
    /// Releases SslStream. Ending the duplex first lets an operation that waits run to its end here and now, give its
    /// buffers back, and leave no exception unobserved.
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
                // The end of the stream in the middle of a record: what we have just caused.
            }
        }

        _ssl.Dispose();
        _duplex.Leave();
    }

    private TlsInfo Describe()
    {
        bool tls13 = _ssl.SslProtocol == SslProtocols.Tls13;
        ReceiveOverhead = TlsSslOptions.RecordOverhead(tls13, _ssl.NegotiatedCipherSuite);
        _sendOverhead = TlsRecordReader.HeaderSize + (tls13 ? 17 : 24); // AES-GCM; a guess that only sizes arrays.
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
