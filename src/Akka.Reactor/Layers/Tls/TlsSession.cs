using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// TLS as bytes in, bytes out: ciphertext and plaintext go in through the methods, come out at the
/// <see cref="ITlsSink"/>, and nothing happens in between calls. A plain object without threads, timers or locks;
/// driven by one owner at a time, on any thread.
/// </summary>
/// <remarks>
/// It feeds an SslStream one record at a time and looks after each at what has come of it. So it is known exactly after
/// which byte the peer's close_notify ended TLS, and an idle connection waits, if at all, in a
/// read of nothing.
/// </remarks>
internal sealed class TlsSession : IDisposable
{
    private readonly ITlsSink _sink;
    private readonly TlsServerOptions? _server;
    private readonly TlsClientOptions? _client;
    private readonly TlsPeerVerifier _verifier;
    private readonly TlsOutput _output = new();
    private readonly int _maxHandshakeBytes;

    private SslStreamDriver? _driver;
    private TlsInlet _inlet;
    private ReadOnlySequence<byte> _input;
    private bool _inputEnded;
    private bool _pumping;
    private int _depth;

    private TlsPlaintext _plaintext; // Mutable struct: not readonly.
    private Queue<ReadOnlySequence<byte>>? _queued;
    private bool _closeRequested;

    /// <summary>Makes the server's side of a connection.</summary>
    public TlsSession(TlsServerOptions options, ITlsSink sink)
    {
        _server = options;
        _sink = sink;
        _verifier = new TlsPeerVerifier(options);
        _maxHandshakeBytes = options.MaxHandshakeBytes;
    }

    /// <summary>Makes the client's side of a connection.</summary>
    public TlsSession(TlsClientOptions options, ITlsSink sink)
    {
        _client = options;
        _sink = sink;
        _inlet = new TlsInlet(isClient: true);
        _verifier = new TlsPeerVerifier(options);
        _maxHandshakeBytes = options.MaxHandshakeBytes;
    }

    /// <summary>Where the engine stands.</summary>
    public TlsSessionState State { get; private set; }

    /// <summary>Whether the peer's close_notify has arrived.</summary>
    public bool PeerClosed { get; private set; }

    /// <summary>Whether our close_notify has been given to the sink or is about to be.</summary>
    public bool CloseNotifySent { get; private set; }

    /// <summary>Whether close_notify has gone both ways, so that TLS can be removed; the state remains Open.</summary>
    public bool IsClosed => PeerClosed && CloseNotifySent;

    /// <summary>Plaintext bytes accepted before the handshake completed and not yet encrypted. The owner bounds it.</summary>
    public long QueuedPlaintext { get; private set; }

    /// <summary>Where there may be memory for plaintext; its own thread's. None needed.</summary>
    public ReceiveMemory? PlaintextMemory { get; set; }

    /// <summary>TLS goes on, and nothing of the ciphertext received so far is kept.</summary>
    public bool HasReadAll => State == TlsSessionState.Open && _input.IsEmpty && _driver!.HasReadAll;

    // Until it is answered, all that a client may send is its hello.
    private int? HandshakeLimit =>
        State == TlsSessionState.Open ? null
        : _server is not null && _driver?.HasWritten != true ? _server.MaxClientHelloBytes
        : _maxHandshakeBytes;

    private bool IsAlive => State is TlsSessionState.Handshaking or TlsSessionState.Open;

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

        if (State != TlsSessionState.Created)
        {
            throw new InvalidOperationException($"A TLS engine is started once; this one is {State}.");
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

        if (State is TlsSessionState.Failed or TlsSessionState.Disposed || _inputEnded)
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

    // The outermost call hands out what the inner ones, made by the sink, have added to.
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
            // An empty sequence keeps the memory alive that it is the end of.
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
            // A server makes no SslStream for a peer that has not said anything that may be TLS.
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
            info = _driver!.CompleteHandshake();
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
            _sink.OnHandshakeCompleted(info);
        }
    }

    private void Decrypt()
    {
        try
        {
            if (!_driver!.IsReadable())
            {
                return;
            }
        }
        catch (Exception e)
        {
            Fail(TlsFailures.Established(e));
            return;
        }

        int most = Math.Max(1, _inlet.Record.PayloadLength - _driver.ReceiveOverhead);
        if (!_plaintext.HasRoom(most))
        {
            FlushPlaintext();
            if (State != TlsSessionState.Open) // The sink has ended us.
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
            _sink.OnPeerClosed();
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
            _sink.OnFailed(reason);
        }
    }

    private void FlushPlaintext()
    {
        if (!_plaintext.IsEmpty)
        {
            _sink.OnPlaintext(_plaintext.Take());
        }
    }

    private void FlushCiphertext()
    {
        while (!_output.IsEmpty)
        {
            _sink.OnCiphertext(_output.Take());
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
