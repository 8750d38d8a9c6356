using System.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Receives the output of a <see cref="TlsSession"/>. The session calls it on the thread that drives the session, from inside a
/// call into the session, and never from inside SslStream. Every method may call back into the session, <c>Dispose</c>
/// included. Memory that is handed out is written once and may be kept. Ciphertext that nobody keeps may be given back
/// (<see cref="TlsOutput.Release"/>).
/// </summary>
internal interface ITlsSink
{
    /// <summary>
    /// Receives bytes to send to the peer, in order. Called at most once per outermost call into the session, and once more
    /// before each event below, so that many records leave as one write.
    /// </summary>
    void OnCiphertext(ReadOnlySequence<byte> data);

    /// <summary>Receives decrypted bytes, in order, never empty.</summary>
    void OnPlaintext(ReadOnlySequence<byte> data);

    /// <summary>
    /// Reports that the handshake is complete and the peer is verified. Our last flight and all queued writes were handed out
    /// before.
    /// </summary>
    void OnHandshakeCompleted(TlsInfo info);

    /// <summary>
    /// Reports that the peer has sent close_notify: no more plaintext will come. Writing remains possible (RFC 8446 section
    /// 6.1). The owner answers with <see cref="TlsSession.CloseNotify"/> when it is done.
    /// </summary>
    void OnPeerClosed();

    /// <summary>
    /// Reports that TLS has failed. This is the last event. <see cref="OnCiphertext"/> has already received everything to send,
    /// including the alert if SslStream made one.
    /// </summary>
    void OnFailed(ReactorException reason);
}
