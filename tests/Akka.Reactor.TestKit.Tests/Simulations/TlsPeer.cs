using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Text;
using Akka.Reactor.Layers.Tls;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A peer that speaks TLS by itself, so that a test decides which of its bytes leave and when.</summary>
internal sealed class TlsPeer : ITlsSink
{
    private static readonly TlsClientOptions Options = new("server.test") { Verify = TlsVerification.NoneDangerous };

    private readonly TlsSession _session;
    private readonly List<byte> _kept = [];
    private int _read;

    internal TlsPeer(Simulation simulation, EndPoint to, string address = "10.0.0.9", string ahead = "")
    {
        _kept.AddRange(Encoding.Latin1.GetBytes(ahead));
        _session = new TlsSession(Options, this);
        Peer = simulation.Connect(address, to);
        Peer.OnReceived = _ => Read();
        _session.Start();
        Release();
    }

    internal SimulatedPeer Peer { get; }

    /// <summary>What came through TLS.</summary>
    internal StringBuilder Received { get; } = new();

    internal bool IsOpen { get; private set; }

    /// <summary>True once the other side has sent close_notify.</summary>
    internal bool OtherClosed { get; private set; }

    /// <summary>Whether bytes stay here until <see cref="Release"/>.</summary>
    internal bool Keeps { get; set; }

    internal void Write(string text) =>
        _session.WritePlaintext(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text)));

    /// <summary>Sends what was kept, together.</summary>
    internal void Release()
    {
        Keeps = false;
        if (_kept.Count > 0)
        {
            byte[] bytes = [.. _kept];
            _kept.Clear();
            Peer.Send(bytes);
        }
    }

    void ITlsSink.OnCiphertext(ReadOnlySequence<byte> data)
    {
        _kept.AddRange(data.ToArray());
        if (!Keeps && Peer is not null)
        {
            Release();
        }
    }

    void ITlsSink.OnPlaintext(ReadOnlySequence<byte> data) => Received.Append(Encoding.Latin1.GetString(data));

    void ITlsSink.OnHandshakeCompleted(TlsInfo info) => IsOpen = true;

    void ITlsSink.OnPeerClosed() => OtherClosed = true;

    void ITlsSink.OnFailed(ReactorException reason) => throw reason;

    private void Read()
    {
        ReadOnlyMemory<byte> bytes = Peer.Received[_read..].ToArray();
        _read += bytes.Length;
        _session.ReceiveCiphertext(new ReadOnlySequence<byte>(bytes));
    }
}
