using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// TLS as bytes in, bytes out: ciphertext and plaintext go in through the methods and come out at the <see cref="ITlsSink"/>,
/// and nothing happens between calls. A plain object without threads, timers or locks. One owner at a time drives it, on any
/// thread.
/// </summary>
/// <remarks>
/// The session feeds an SslStream one record at a time and checks the result after each record. So it is known exactly after
/// which byte the peer's close_notify ended TLS. An idle connection waits, if at all, in a read of zero bytes.
/// </remarks>
internal sealed class TlsSession : IDisposable
{
    private readonly TlsServerOptions? _server;
    private readonly TlsClientOptions? _client;
    private readonly TlsPeerVerifier _verifier;
    private readonly TlsOutput _output = new();

    private SslStreamDriver? _driver;
    private TlsInlet _inlet;
    private ReadOnlySequence<byte> _input;
    private bool _inputEnded;
    private bool _pumping;
    private int _depth;

    private TlsPlaintext _plaintext; // Mutable struct: not readonly.
    private Queue<ReadOnlySequence<byte>>? _queued;
    private bool _closeRequested;

    /// <summary>Creates the server's side of a connection.</summary>
    public TlsSession(TlsServerOptions options, ITlsSink sink)
    {
        _server = options;
        Sink = sink;
        _verifier = new TlsPeerVerifier(options);
    }

    /// <summary>Creates the client's side of a connection.</summary>
    public TlsSession(TlsClientOptions options, ITlsSink sink)
    {
        _client = options;
        Sink = sink;
        _inlet = new TlsInlet(isClient: true);
        _verifier = new TlsPeerVerifier(options);
    }

    /// <summary>The receiver of the output. Only the owner changes it, between calls, when it lends the session to another thread.</summary>
    public ITlsSink Sink { get; set; }

    /// <summary>For a server, the largest number of bytes of a ClientHello, record headers included; otherwise null.</summary>
    public int? MaxClientHelloBytes => _server?.MaxClientHelloBytes;

    /// <summary>The state of the session.</summary>
    public TlsSessionState State { get; private set; }

    /// <summary>Whether the peer's close_notify has arrived.</summary>
    public bool PeerClosed { get; private set; }

    /// <summary>Whether our close_notify has been given to the sink or is about to be given to it.</summary>
    public bool CloseNotifySent { get; private set; }

    /// <summary>Whether close_notify has been sent in both directions, so that TLS can be removed; the state remains Open.</summary>
    public bool IsClosed => PeerClosed && CloseNotifySent;

    /// <summary>The number of bytes accepted before the handshake completed and not yet encrypted. The owner bounds it.</summary>
    public long QueuedPlaintext { get; private set; }

    /// <summary>The optional source of memory for plaintext. It may be used only on the thread to which it belongs.</summary>
    public ReceiveMemory? PlaintextMemory { get; set; }

    /// <summary>The length of <see cref="TakeUnread"/>.</summary>
    public long Unread => PeerClosed ? _input.Length : 0;

    /// <summary>True if TLS is open and nothing of the ciphertext received so far is kept.</summary>
    public bool HasReadAll => State == TlsSessionState.Open && _input.IsEmpty && _driver!.HasReadAll;

    // Until the server answers, a client may send only its ClientHello.
    private int? HandshakeLimit =>
        State == TlsSessionState.Open ? null
        : _driver?.HasWritten != true && MaxClientHelloBytes is { } limit ? limit
        : _server?.MaxHandshakeBytes ?? _client!.MaxHandshakeBytes;

    private bool IsAlive => State is TlsSessionState.Handshaking or TlsSessionState.Open;

    /// <summary>Begins the handshake. A client emits its ClientHello immediately. Ciphertext that came earlier is processed now.</summary>
    public void Start()
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.Start(), this);
            return;
        }

        if (State != TlsSessionState.Created)
        {
            throw new InvalidOperationException($"A TLS engine can be started only once; this one is {State}.");
        }

        State = TlsSessionState.Handshaking;
        Enter();
        try
        {
            if (_client is not null)
            {
                _driver = SslStreamDriver.Begin(_client, _verifier, _output);
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
    /// Takes bytes from the transport. They are read before the call returns and are not kept, with three exceptions: after the
    /// peer's close_notify (see <see cref="TakeUnread"/>), before <see cref="Start"/>, and when the call comes from inside a
    /// method of the sink. In these cases the memory must not change. After a failure the bytes are ignored.
    /// </summary>
    public void ReceiveCiphertext(ReadOnlySequence<byte> data)
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static s => s.self.ReceiveCiphertext(s.data), (self: this, data));
            return;
        }

        if (State is TlsSessionState.Failed or TlsSessionState.Disposed || _inputEnded)
        {
            return;
        }

        _input = ByteSegment.Concat(_input, data);
        EnterAndPump();
    }

    /// <summary>
    /// Reports the end of the transport. If the peer has not sent close_notify before, the session fails with a
    /// <see cref="TruncatedException"/>. An owner that has sent close_notify itself and wants nothing more may choose not to
    /// report the end.
    /// </summary>
    public void ReceiveEnd()
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.ReceiveEnd(), this);
            return;
        }

        _inputEnded = true;
        EnterAndPump();
    }

    /// <summary>
    /// Encrypts bytes, in order. Before the handshake is complete the bytes are queued, and their memory must not change. Later
    /// they are read before the call returns.
    /// </summary>
    /// <returns>
    /// False if nothing can be sent any more (after a failure, <see cref="Dispose"/> or <see cref="CloseNotify"/>): then no
    /// byte was taken. False also if encrypting these bytes made the session fail.
    /// </returns>
    public bool WritePlaintext(ReadOnlySequence<byte> data)
    {
        if (InlineScope.IsNeeded)
        {
            var accepted = new StrongBox<bool>();
            InlineScope.Run(static s => s.accepted.Value = s.self.WritePlaintext(s.data), (self: this, data, accepted));
            return accepted.Value;
        }

        if (_closeRequested || State is TlsSessionState.Failed or TlsSessionState.Disposed)
        {
            return false;
        }

        if (State != TlsSessionState.Open)
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
    /// Sends close_notify after everything written so far. Before the handshake is complete, close_notify waits for it. Reading
    /// continues. A second call does nothing.
    /// </summary>
    public void CloseNotify()
    {
        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.CloseNotify(), this);
            return;
        }

        if (_closeRequested || State is TlsSessionState.Failed or TlsSessionState.Disposed)
        {
            return;
        }

        _closeRequested = true;
        if (State == TlsSessionState.Open)
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
    /// Returns the bytes that followed the peer's close_notify. They are not TLS any more: an owner that removes TLS continues
    /// with them. The session keeps all bytes that arrive after close_notify until this method is called or the session is
    /// disposed, so an owner that does not remove TLS stops reading. Empty before close_notify.
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
    /// Releases everything immediately. Can be called at any moment, also inside a method of the sink. Sends nothing and calls
    /// nothing back. Idempotent.
    /// </summary>
    public void Dispose()
    {
        if (State == TlsSessionState.Disposed)
        {
            return;
        }

        if (InlineScope.IsNeeded)
        {
            InlineScope.Run(static self => self.Dispose(), this);
            return;
        }

        State = TlsSessionState.Disposed;
        _ = _output.Take();
        _plaintext = default;
        Release();
    }

    private void Enter()
    {
        _depth++;
        _driver?.Enter();
    }

    // The outermost call hands out the output, including what inner calls, made by the sink, have added.
    private void Leave()
    {
        if (_depth == 1)
        {
            try
            {
                while (!_plaintext.IsEmpty || !_output.IsEmpty)
                {
                    FlushPlaintext();
                    FlushCiphertext();
                }
            }
            finally
            {
                _depth = 0;
                _driver?.Leave();
            }
        }
        else
        {
            _depth--;
        }
    }

    private void EnterAndPump()
    {
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

        if (_input.IsEmpty)
        {
            // An empty sequence would keep alive the memory whose end it marks.
            _input = default;
        }

        if (_inputEnded && IsAlive && !PeerClosed)
        {
            Fail(new TruncatedException(State == TlsSessionState.Handshaking, _inlet.Passed));
        }
    }

    private void Feed(ReadOnlyMemory<byte> piece)
    {
        if (_inlet.Take(piece, HandshakeLimit, out int taken) is { } refusal)
        {
            Fail(refusal);
            return;
        }

        _input = _input.Slice(taken);
        if (State == TlsSessionState.Handshaking)
        {
            // A server creates an SslStream only after the peer has sent bytes that may be TLS.
            _driver ??= SslStreamDriver.Begin(_server!, _verifier, _output);
            _driver.Offer(piece[..taken]);
            CheckHandshake();
        }
        else
        {
            _driver!.Offer(piece[..taken]);
            Decrypt();
        }
    }

    private void CheckHandshake()
    {
        TlsInfo? info;
        try
        {
            info = _verifier.AddChain(_driver!.CompleteHandshake());
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Handshake(e, _verifier.Rejection, _inlet.Record.PlainAlert, _driver!.AlertWritten));
            return;
        }

        if (info is null)
        {
            return;
        }

        State = TlsSessionState.Open;
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
        if (State == TlsSessionState.Open)
        {
            Sink.OnHandshakeCompleted(info);
        }
    }

    private void Decrypt()
    {
        try
        {
            if (!_driver!.IsReadable())
            {
                if (_inlet.IsBarren())
                {
                    Fail(TlsInlet.TooBarren());
                }

                return;
            }
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return;
        }

        _inlet.HasData();

        int most = Math.Max(1, _inlet.Record.PayloadLength - _driver.ReceiveOverhead);
        if (!_plaintext.HasRoom(most))
        {
            FlushPlaintext();
            if (State != TlsSessionState.Open) // The sink has ended this session.
            {
                return;
            }

            _plaintext.Allocate(most, _input.FirstSpan, _driver.ReceiveOverhead, PlaintextMemory);
        }

        int count;
        try
        {
            count = _driver.Read(_plaintext.Room(most));
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
            _plaintext.Commit(count);
        }
    }

    private void OnCloseNotify()
    {
        PeerClosed = true;
        FlushPlaintext();
        FlushCiphertext();
        if (State == TlsSessionState.Open)
        {
            Sink.OnPeerClosed();
        }
    }

    private bool Encrypt(in ReadOnlySequence<byte> data)
    {
        try
        {
            _driver!.Write(data);
            return true;
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return false;
        }
    }

    private bool SendCloseNotify()
    {
        try
        {
            CloseNotifySent = true;
            _driver!.CloseNotify();
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
        State = TlsSessionState.Failed;
        FlushPlaintext();
        FlushCiphertext();
        Release();
        if (State == TlsSessionState.Failed)
        {
            Sink.OnFailed(reason);
        }
    }

    private void FlushPlaintext()
    {
        if (!_plaintext.IsEmpty)
        {
            Sink.OnPlaintext(_plaintext.Take());
        }
    }

    private void FlushCiphertext()
    {
        while (!_output.IsEmpty)
        {
            Sink.OnCiphertext(_output.Take());
        }
    }

    private void Release()
    {
        _input = default;
        _queued = null;
        QueuedPlaintext = 0;
        _driver?.Release();
        _driver = null;
    }
}
