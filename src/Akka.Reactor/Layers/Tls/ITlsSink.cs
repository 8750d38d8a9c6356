using System.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Where a <see cref="TlsSession"/> puts what it produces. Called on the thread that drives the engine, from inside a
/// call into it, never from inside SslStream. Every method may call back into the engine, <c>Dispose</c> included.
/// Memory handed out is written once and may be kept; ciphertext that nobody keeps may be given back
/// (<see cref="TlsOutput.Release"/>).
/// </summary>
internal interface ITlsSink
{
    /// <summary>
    /// Bytes to send to the peer, in order. At most once per outermost call into the engine and once more before each
    /// event below, so that many records leave as one write.
    /// </summary>
    void OnCiphertext(ReadOnlySequence<byte> data);

    /// <summary>Decrypted bytes, in order, never empty.</summary>
    void OnPlaintext(ReadOnlySequence<byte> data);

    /// <summary>The handshake is complete and the peer verified. Our last flight and all queued writes are out.</summary>
    void OnHandshakeCompleted(TlsInfo info);

    /// <summary>
    /// The peer sent close_notify: there will be no more plaintext. Writing remains possible (RFC 8446 section 6.1); the
    /// owner answers with <see cref="TlsSession.CloseNotify"/> when it is done.
    /// </summary>
    void OnPeerClosed();

    /// <summary>
    /// TLS has failed; the last event. Everything there is to send, the alert included if SslStream made one, was given
    /// to <see cref="OnCiphertext"/> before.
    /// </summary>
    void OnFailed(ReactorException reason);
}
