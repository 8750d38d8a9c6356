using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The stream that SslStream uses as its network. A read takes bytes from the one piece of ciphertext that the engine offers,
/// and waits when the piece is used up. The wait ends, and SslStream's code continues, inside <see cref="Offer"/>. A write
/// appends to the engine's output. Both complete synchronously, so SslStream never has a reason to leave the thread. If it ever
/// did, its next access to this stream would throw.
/// </summary>
internal sealed class TlsDuplex : Stream, IValueTaskSource<int>
{
    private readonly TlsOutput _output;
    private ManualResetValueTaskSourceCore<int> _read; // Runs continuations inline, by default.
    private ReadOnlyMemory<byte> _offered;
    private Memory<byte> _destination;
    private int _thread;
    private bool _ended;

    public TlsDuplex(TlsOutput output)
    {
        _output = output;
    }

    /// <summary>Whether SslStream waits for more ciphertext.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Whether SslStream has taken all offered bytes.</summary>
    public bool HasReadAll => _offered.IsEmpty;

    /// <summary>Observes the written bytes until the handshake is complete; null afterwards.</summary>
    public ServerFlight? Observer { get; set; }

    /// <summary>Whether anything was ever written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>The last unencrypted alert that was written, if any.</summary>
    public TlsAlert? AlertWritten { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Allows the calling thread to touch the stream until <see cref="Leave"/>.</summary>
    public void Enter() => _thread = Environment.CurrentManagedThreadId;

    /// <summary>Forbids every thread to touch the stream, until <see cref="Enter"/>.</summary>
    public void Leave() => _thread = 0;

    /// <summary>
    /// Offers ciphertext, after all earlier bytes have been taken. A waiting reader continues before the call returns.
    /// </summary>
    public void Offer(ReadOnlyMemory<byte> ciphertext)
    {
        _offered = ciphertext;
        Continue();
    }

    /// <summary>Ends the stream. A waiting reader continues before the call returns, and sees the end.</summary>
    public void End()
    {
        _ended = true;
        _offered = default;
        Continue();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        CheckThread();
        if (_ended || !_offered.IsEmpty)
        {
            return new ValueTask<int>(TakeInto(buffer));
        }

        if (IsWaiting)
        {
            throw new InvalidOperationException("A read is already waiting.");
        }

        _destination = buffer;
        IsWaiting = true;
        return new ValueTask<int>(this, _read.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        CheckThread();
        if (_ended)
        {
            return;
        }

        // The buffer belongs to SslStream and returns to SslStream's pool, so it has to be copied.
        HasWritten = true;
        _output.Append(buffer);
        Observer?.Observe(buffer);
        if (buffer is [TlsRecordReader.Alert, _, _, 0, 2, _, byte description])
        {
            AlertWritten = (TlsAlert)description;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Reading synchronously would block the event loop.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token)
    {
        int result = _read.GetResult(token);
        _read.Reset();
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _read.OnCompleted(continuation, state, token, flags);

    private void Continue()
    {
        if (!IsWaiting)
        {
            return;
        }

        IsWaiting = false;
        Memory<byte> destination = _destination;
        _destination = default;
        _read.SetResult(TakeInto(destination));
    }

    // An empty destination only asks whether there is something to read.
    private int TakeInto(Memory<byte> destination)
    {
        int count = Math.Min(destination.Length, _offered.Length);
        _offered.Span[..count].CopyTo(destination.Span);
        _offered = count < _offered.Length ? _offered[count..] : default;
        return count;
    }

    private void CheckThread()
    {
        if (_thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException("SslStream continued outside the call into the TLS engine.");
        }
    }
}
