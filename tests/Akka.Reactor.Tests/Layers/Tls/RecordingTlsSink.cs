using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Akka.Reactor.Layers.Tls;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>Keeps what an engine produces, in order, and lets a test act from inside a callback.</summary>
internal sealed class RecordingTlsSink : ITlsSink
{
    private readonly ArrayBufferWriter<byte> _plaintext = new();

    public Queue<ReadOnlySequence<byte>> Ciphertext { get; } = new();

    public List<string> Events { get; } = [];

    public HashSet<int> Threads { get; } = [];

    public TlsInfo? Info { get; private set; }

    public ReactorException? Failure { get; private set; }

    public bool PeerClosed { get; private set; }

    public int CiphertextCalls { get; private set; }

    public Action<ReadOnlySequence<byte>>? WhenPlaintext { get; set; }

    public Action<ReadOnlySequence<byte>>? WhenCiphertext { get; set; }

    public Action? WhenCompleted { get; set; }

    public Action? WhenPeerClosed { get; set; }

    public ReadOnlySpan<byte> Plaintext => _plaintext.WrittenSpan;

    public string Text => Encoding.ASCII.GetString(Plaintext);

    public byte[] TakeCiphertext()
    {
        var all = new ArrayBufferWriter<byte>();
        while (Ciphertext.TryDequeue(out ReadOnlySequence<byte> data))
        {
            foreach (ReadOnlyMemory<byte> memory in data)
            {
                all.Write(memory.Span);
            }
        }

        return all.WrittenSpan.ToArray();
    }

    public void OnCiphertext(ReadOnlySequence<byte> data)
    {
        Note("ciphertext");
        CiphertextCalls++;
        Ciphertext.Enqueue(data);
        WhenCiphertext?.Invoke(data);
    }

    public void OnPlaintext(ReadOnlySequence<byte> data)
    {
        Note("plaintext");
        foreach (ReadOnlyMemory<byte> memory in data)
        {
            _plaintext.Write(memory.Span);
        }

        WhenPlaintext?.Invoke(data);
    }

    public void OnHandshakeCompleted(TlsInfo info)
    {
        Note("completed");
        Info = info;
        WhenCompleted?.Invoke();
    }

    public void OnPeerClosed()
    {
        Note("peer-closed");
        PeerClosed = true;
        WhenPeerClosed?.Invoke();
    }

    public void OnFailed(ReactorException reason)
    {
        Note("failed");
        Failure = reason;
    }

    private void Note(string name)
    {
        Events.Add(name);
        Threads.Add(Environment.CurrentManagedThreadId);
    }
}
