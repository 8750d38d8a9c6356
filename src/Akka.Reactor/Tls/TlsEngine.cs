using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Akka.Reactor;

/// <summary>
/// TLS as bytes in, bytes out: ciphertext and plaintext go in through the methods, come out at the
/// <see cref="ITlsSink"/>, and nothing happens in between calls. A plain object without threads, timers or locks;
/// driven by one owner at a time, on any thread.
/// </summary>
/// <remarks>
/// It drives an SslStream over <see cref="TlsDuplex"/> and feeds it one record at a time. After each record the stream's
/// operation has either finished or waits for the next one: so results are looked at and not called back, and it is
/// known exactly after which byte the peer's close_notify ended TLS. Between records no read is outstanding.
/// </remarks>
internal sealed class TlsEngine : IDisposable
{
    private const int MaxPlaintextPerRecord = 16 * 1024;
    private const int MaxPlaintextBatch = 64 * 1024;

    private readonly ITlsSink _sink;
    private readonly TlsServerOptions? _server;
    private readonly TlsClientOptions? _client;
    private readonly TlsPeerVerifier _verifier;
    private readonly TlsOutput _output = new();
    private readonly int _maxHandshakeBytes;

    private TlsDuplex? _duplex;
    private SslStream? _ssl;
    private Task? _handshake;
    private ServerFlight? _flight;
    private ValueTask<int> _read;
    private bool _reading;

    private TlsRecordReader _record;
    private ReadOnlySequence<byte> _input;
    private long _received;
    private bool _inputEnded;
    private bool _pumping;
    private int _depth;

    private byte[] _plaintext = [];
    private int _plaintextUsed;
    private int _receiveOverhead;
    private int _sendOverhead;

    private Queue<ReadOnlySequence<byte>>? _queued;
    private bool _closeRequested;

    /// <summary>Makes the server's side of a connection.</summary>
    public TlsEngine(TlsServerOptions options, ITlsSink sink)
    {
        _server = options;
        _sink = sink;
        _verifier = new TlsPeerVerifier(options);
        _maxHandshakeBytes = options.MaxHandshakeBytes;
    }

    /// <summary>Makes the client's side of a connection.</summary>
    public TlsEngine(TlsClientOptions options, ITlsSink sink)
    {
        _client = options;
        _sink = sink;
        _verifier = new TlsPeerVerifier(options);
        _maxHandshakeBytes = options.MaxHandshakeBytes;
    }

    /// <summary>Where the engine stands.</summary>
    public TlsEngineState State { get; private set; }

    /// <summary>Whether the peer's close_notify has arrived.</summary>
    public bool PeerClosed { get; private set; }

    /// <summary>Whether our close_notify has been given to the sink or is about to be.</summary>
    public bool CloseNotifySent { get; private set; }

    /// <summary>Whether close_notify has gone both ways, so that TLS can be removed.</summary>
    public bool IsClosed => PeerClosed && CloseNotifySent;

    /// <summary>Plaintext bytes accepted before the handshake completed and not yet encrypted. The owner bounds it.</summary>
    public long QueuedPlaintext { get; private set; }

    private bool IsAlive => State is TlsEngineState.Handshaking or TlsEngineState.Open;

    /// <summary>
    /// Begins the handshake: a client emits its ClientHello at once. Ciphertext received earlier is processed now.
    /// </summary>
    public void Start()
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.Start(), this);
            return;
        }

        if (State != TlsEngineState.Created)
        {
            throw new InvalidOperationException($"A TLS engine is started once; this one is {State}.");
        }

        State = TlsEngineState.Handshaking;
        Enter();
        try
        {
            if (_client is not null)
            {
                BeginHandshake();
                CheckHandshake();
            }

            Pump();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Takes bytes from the transport. They are read before the call returns and not kept, except after the peer's
    /// close_notify (see <see cref="TakeUnread"/>), before <see cref="Start"/>, and when called from inside a sink's
    /// method: then the memory must stay as it is. Ignored after a failure.
    /// </summary>
    public void ReceiveCiphertext(ReadOnlySequence<byte> data)
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static s => s.self.ReceiveCiphertext(s.data), (self: this, data));
            return;
        }

        if (State is TlsEngineState.Failed or TlsEngineState.Disposed || _inputEnded)
        {
            return;
        }

        _input = ByteSegment.Concat(_input, data);
        Enter();
        try
        {
            Pump();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// The transport has ended. Without the peer's close_notify before it this is a <see cref="TruncatedException"/>;
    /// an owner that has sent close_notify itself and wants nothing more may choose to overlook that.
    /// </summary>
    public void ReceiveEnd()
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.ReceiveEnd(), this);
            return;
        }

        _inputEnded = true;
        Enter();
        try
        {
            Pump();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Encrypts bytes, in order. Before the handshake is complete they are queued, and their memory must stay as it is;
    /// otherwise they are read before the call returns.
    /// </summary>
    /// <returns>
    /// False when nothing can be sent any more (failed, disposed, or after <see cref="CloseNotify"/>): then not one byte
    /// was taken. False also when encrypting these bytes made the engine fail.
    /// </returns>
    public bool WritePlaintext(ReadOnlySequence<byte> data)
    {
        if (InlineScope.IsNeeded)
        {
            bool accepted = false;
            InlineScope.Run(s => accepted = WritePlaintext(s), data);
            return accepted;
        }

        if (_closeRequested || State is TlsEngineState.Failed or TlsEngineState.Disposed)
        {
            return false;
        }

        if (State != TlsEngineState.Open)
        {
            (_queued ??= new Queue<ReadOnlySequence<byte>>()).Enqueue(data);
            QueuedPlaintext += data.Length;
            return true;
        }

        Enter();
        try
        {
            return Encrypt(data);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Sends close_notify after everything written so far; before the handshake is complete, when it is. Reading goes
    /// on. Calling it again does nothing.
    /// </summary>
    public void CloseNotify()
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.CloseNotify(), this);
            return;
        }

        if (_closeRequested || State is TlsEngineState.Failed or TlsEngineState.Disposed)
        {
            return;
        }

        _closeRequested = true;
        if (State == TlsEngineState.Open)
        {
            Enter();
            try
            {
                SendCloseNotify();
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>
    /// The bytes that followed the peer's close_notify, which are not TLS any more: the owner that removes TLS goes on
    /// with them. The engine keeps whatever arrives after close_notify until it is asked or disposed, so an owner that
    /// does not remove TLS stops reading. Empty before close_notify.
    /// </summary>
    public ReadOnlySequence<byte> TakeUnread()
    {
        if (!PeerClosed)
        {
            return default;
        }

        ReadOnlySequence<byte> unread = _input;
        _input = default;
        return unread;
    }

    /// <summary>
    /// Releases everything at once, at any moment, inside a sink's method too. Sends nothing, calls nothing back.
    /// Idempotent.
    /// </summary>
    public void Dispose()
    {
        if (State == TlsEngineState.Disposed)
        {
            return;
        }

        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.Dispose(), this);
            return;
        }

        State = TlsEngineState.Disposed;
        _ = _output.Take();
        _plaintext = [];
        _plaintextUsed = 0;
        Release();
    }

    private void Enter()
    {
        _depth++;
        _duplex?.Enter();
    }

    // The outermost call hands out what the inner ones, made by the sink, have added to.
    private void Leave()
    {
        if (_depth == 1)
        {
            try
            {
                while (_plaintextUsed > 0 || !_output.IsEmpty)
                {
                    FlushPlaintext();
                    FlushCiphertext();
                }
            }
            finally
            {
                _depth = 0;
                _duplex?.Leave();
            }
        }
        else
        {
            _depth--;
        }
    }

    private void BeginHandshake()
    {
        _flight = new ServerFlight();
        _duplex = new TlsDuplex(_output) { Observer = _server is null ? null : _flight };
        _duplex.Enter();
        _ssl = new SslStream(_duplex, leaveInnerStreamOpen: true);
        try
        {
            // Asynchronous in form only: every await inside is on the duplex.
            _handshake = _client is null
                ? _ssl.AuthenticateAsServerAsync(TlsSslOptions.Server(_server!, _verifier))
                : _ssl.AuthenticateAsClientAsync(TlsSslOptions.Client(_client, _verifier));
        }
        catch (Exception e) // Options the platform refuses are thrown and not returned.
        {
            _handshake = Task.FromException(e);
        }
    }

    private void Pump()
    {
        if (_pumping)
        {
            return;
        }

        _pumping = true;
        try
        {
            while (IsAlive && !PeerClosed && !_input.IsEmpty)
            {
                // A sequence may begin with empty segments.
                SequencePosition position = _input.Start;
                ReadOnlyMemory<byte> piece;
                while (_input.TryGet(ref position, out piece) && piece.IsEmpty) { }

                Feed(piece);
            }
        }
        finally
        {
            _pumping = false;
        }

        if (_inputEnded && IsAlive && !PeerClosed)
        {
            Fail(new TruncatedException(State == TlsEngineState.Handshaking, _received));
        }
    }

    private void Feed(ReadOnlyMemory<byte> piece)
    {
        bool first = _received < TlsRecordReader.HeaderSize;
        int taken = _record.Take(piece.Span, out TlsRecordFault fault);
        if (Judge(piece, first, taken, fault) is { } reason)
        {
            Fail(reason);
            return;
        }

        _received += taken;
        _input = _input.Slice(taken);
        ReadOnlyMemory<byte> bytes = piece[..taken];
        if (State == TlsEngineState.Handshaking)
        {
            FeedHandshake(bytes);
        }
        else
        {
            _duplex!.Offer(bytes);
            Decrypt();
        }
    }

    // Nothing of a record reaches SslStream before its header, as far as it has arrived, was found acceptable.
    private ReactorException? Judge(ReadOnlyMemory<byte> piece, bool first, int taken, TlsRecordFault fault)
    {
        // A server may answer a ClientHello with nothing but an alert; a client has no reason to begin with one.
        bool wrongStart =
            _record.ContentType != TlsRecordReader.Handshake
            && (_client is null || _record.ContentType != TlsRecordReader.Alert);
        if (first && (wrongStart || fault == TlsRecordFault.Version))
        {
            return NotSpoken(piece);
        }

        if (State == TlsEngineState.Open)
        {
            return fault == TlsRecordFault.None
                ? null
                : new TlsProtocolException($"The peer sent a malformed TLS record header ({fault}).");
        }

        if (fault != TlsRecordFault.None)
        {
            return new TlsHandshakeException($"The peer sent a malformed TLS record header ({fault}).");
        }

        // Announced bytes count, so that a record too large is not even waited for.
        int limit =
            _server is not null && _duplex?.HasWritten != true ? _server.MaxClientHelloBytes : _maxHandshakeBytes;
        long total = _received + taken + _record.Remaining;
        return total > limit ? new TlsHandshakeTooLargeException(total, limit) : null;
    }

    private TlsNotSpokenException NotSpoken(ReadOnlyMemory<byte> piece)
    {
        int count = Math.Min(piece.Length, TlsNotSpokenException.MaxFirstBytes);
        byte[] bytes = piece[..count].ToArray();
        // A wrong second byte may come in a piece of its own.
        return new TlsNotSpokenException(_received == 0 ? bytes : [_record.ContentType, .. bytes]);
    }

    private void FeedHandshake(ReadOnlyMemory<byte> bytes)
    {
        if (_client is not null)
        {
            _flight!.Observe(bytes.Span);
        }

        if (_ssl is null)
        {
            BeginHandshake();
        }

        _duplex!.Offer(bytes);
        CheckHandshake();
    }

    private void CheckHandshake()
    {
        if (!_handshake!.IsCompleted && _duplex!.IsWaiting)
        {
            return;
        }

        if (!_handshake.IsCompletedSuccessfully)
        {
            Exception cause = _handshake.Exception?.InnerException ?? Suspended();
            Fail(TlsFailures.Handshake(cause, _verifier.Rejection, _record.PlainAlert, _duplex!.AlertWritten));
            return;
        }

        TlsInfo info = Describe(_ssl!);
        _handshake = null;
        _flight = null;
        _duplex!.Observer = null;
        State = TlsEngineState.Open;
        while (_queued is not null && _queued.TryDequeue(out ReadOnlySequence<byte> data))
        {
            QueuedPlaintext -= data.Length;
            if (!Encrypt(data))
            {
                return;
            }
        }

        _queued = null;
        if (_closeRequested && !SendCloseNotify())
        {
            return;
        }

        FlushCiphertext();
        if (State == TlsEngineState.Open)
        {
            _sink.OnHandshakeCompleted(info);
        }
    }

    private TlsInfo Describe(SslStream ssl)
    {
        bool tls13 = ssl.SslProtocol == SslProtocols.Tls13;
        _receiveOverhead = TlsSslOptions.RecordOverhead(tls13, ssl.NegotiatedCipherSuite);
        _sendOverhead = TlsRecordReader.HeaderSize + (tls13 ? 17 : 24); // AES-GCM; a guess that only sizes arrays.
        string alpn = ssl.NegotiatedApplicationProtocol.ToString();
        string host = ssl.TargetHostName;
        return new TlsInfo(
            ssl.SslProtocol,
            ssl.NegotiatedCipherSuite,
            alpn.Length == 0 ? null : alpn,
            host.Length == 0 ? null : host,
            ssl.RemoteCertificate switch
            {
                null => null,
                X509Certificate2 certificate => certificate,
                { } other => new X509Certificate2(other),
            },
            _flight!.Resumed
        );
    }

    // Takes out what the offered bytes have made readable, without ever leaving a buffer in a waiting read.
    private void Decrypt()
    {
        if (!IsReadable())
        {
            return;
        }

        Memory<byte> room = PlaintextRoom(Math.Max(1, _record.PayloadLength - _receiveOverhead));
        if (State != TlsEngineState.Open) // The sink was given a full array, and has ended us.
        {
            return;
        }

        int count;
        try
        {
            ValueTask<int> read = _ssl!.ReadAsync(room);
            count = read.IsCompleted ? read.GetAwaiter().GetResult() : throw Suspended();
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return;
        }

        if (count == 0)
        {
            OnCloseNotify();
        }
        else
        {
            _plaintextUsed += count;
        }
    }

    // A read of nothing finishes when there is something, or the end, and needs no buffer until then.
    private bool IsReadable()
    {
        try
        {
            if (!_reading)
            {
                _read = _ssl!.ReadAsync(Memory<byte>.Empty);
                _reading = true;
            }

            if (!_read.IsCompleted)
            {
                return _duplex!.IsWaiting ? false : throw Suspended();
            }

            _reading = false;
            _ = _read.GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return false;
        }
    }

    private void OnCloseNotify()
    {
        PeerClosed = true;
        FlushPlaintext();
        FlushCiphertext();
        if (State == TlsEngineState.Open)
        {
            _sink.OnPeerClosed();
        }
    }

    // One array for all records that have arrived together, so that they go up as one piece.
    private Memory<byte> PlaintextRoom(int needed)
    {
        if (_plaintext.Length - _plaintextUsed < needed)
        {
            FlushPlaintext();
            _plaintext = GC.AllocateUninitializedArray<byte>(needed + PlaintextToCome(MaxPlaintextBatch - needed));
        }

        return _plaintext.AsMemory(_plaintextUsed, needed);
    }

    private int PlaintextToCome(int limit)
    {
        int total = 0;
        ReadOnlySpan<byte> rest = _input.FirstSpan;
        while (rest.Length >= TlsRecordReader.HeaderSize && rest[0] == TlsRecordReader.ApplicationData)
        {
            int payload = (rest[3] << 8) | rest[4];
            int plaintext = Math.Max(1, payload - _receiveOverhead);
            if (rest.Length < TlsRecordReader.HeaderSize + payload || total + plaintext > limit)
            {
                break;
            }

            total += plaintext;
            rest = rest[(TlsRecordReader.HeaderSize + payload)..];
        }

        return total;
    }

    private bool Encrypt(in ReadOnlySequence<byte> data)
    {
        byte[]? scratch = null;
        try
        {
            long records = (data.Length + MaxPlaintextPerRecord - 1) / MaxPlaintextPerRecord;
            _output.Expect(data.Length + (records * _sendOverhead));
            if (data.IsSingleSegment)
            {
                Write(data.First);
                return true;
            }

            // Small segments are put together: a record costs more than a copy.
            scratch = ArrayPool<byte>.Shared.Rent(MaxPlaintextPerRecord);
            ReadOnlySequence<byte> rest = data;
            while (!rest.IsEmpty)
            {
                int count = (int)Math.Min(rest.Length, MaxPlaintextPerRecord);
                rest.Slice(0, count).CopyTo(scratch);
                Write(scratch.AsMemory(0, count));
                rest = rest.Slice(count);
            }

            return true;
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return false;
        }
        finally
        {
            _output.Expect(0);
            if (scratch is not null)
            {
                // Plaintext: it must not lie around in a pool that everything in the process rents from.
                ArrayPool<byte>.Shared.Return(scratch, clearArray: true);
            }
        }
    }

    private void Write(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        ValueTask write = _ssl!.WriteAsync(data);
        if (!write.IsCompleted)
        {
            throw Suspended();
        }

        write.GetAwaiter().GetResult();
    }

    private bool SendCloseNotify()
    {
        try
        {
            CloseNotifySent = true;
            Task shutdown = _ssl!.ShutdownAsync();
            if (!shutdown.IsCompleted)
            {
                throw Suspended();
            }

            shutdown.GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return false;
        }
    }

    private void Fail(ReactorException reason)
    {
        State = TlsEngineState.Failed;
        FlushPlaintext();
        FlushCiphertext();
        Release();
        if (State == TlsEngineState.Failed)
        {
            _sink.OnFailed(reason);
        }
    }

    private void FlushPlaintext()
    {
        if (_plaintextUsed > 0)
        {
            var data = new ReadOnlySequence<byte>(_plaintext, 0, _plaintextUsed);
            _plaintext = [];
            _plaintextUsed = 0;
            _sink.OnPlaintext(data);
        }
    }

    private void FlushCiphertext()
    {
        while (!_output.IsEmpty)
        {
            _sink.OnCiphertext(_output.Take());
        }
    }

    // Ending the duplex first lets a suspended operation run to its end here and now, and give its buffers back.
    private void Release()
    {
        _input = default;
        _queued = null;
        QueuedPlaintext = 0;
        if (_ssl is not { } ssl)
        {
            return;
        }

        _ssl = null;
        _duplex!.Enter();
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

        ssl.Dispose();
        if (_depth == 0)
        {
            _duplex.Leave();
        }
    }

    private static InvalidOperationException Suspended() =>
        new("SslStream did not finish an operation on the calling thread.");
}
