using System;
using System.Buffers;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The client's side of the dialogue in which a proxy opens the way to a target: bytes in, bytes out, without a clock or a
/// socket. It takes one byte after another, so that segmentation cannot change the result. It takes no bytes behind the end of
/// the dialogue: they come from the target.
/// </summary>
internal abstract class ProxyHandshake
{
    private ArrayBufferWriter<byte> _unsent = new();

    private protected ProxyHandshake(string proxy, ProxyTarget target)
    {
        Proxy = proxy;
        Target = target;
    }

    /// <summary>True when the proxy has opened the way to the target.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>The reason why the way will never open; null if the dialogue has not failed.</summary>
    internal ProxyException? Failure { get; private set; }

    /// <summary>The number of bytes taken from the proxy.</summary>
    internal long Received { get; private set; }

    private protected string Proxy { get; }

    private protected ProxyTarget Target { get; }

    /// <summary>Returns the bytes to send first.</summary>
    internal ReadOnlyMemory<byte> Begin()
    {
        Greet();
        return TakeUnsent();
    }

    /// <summary>Takes bytes up to the end of the dialogue.</summary>
    /// <param name="data">The bytes that have come from the proxy.</param>
    /// <param name="used">The number of bytes that belonged to the dialogue.</param>
    /// <returns>The bytes to send now; may be empty. The caller may keep the memory.</returns>
    internal ReadOnlyMemory<byte> Receive(in ReadOnlySequence<byte> data, out long used)
    {
        long before = Received;
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            foreach (byte value in segment.Span)
            {
                if (IsOpen || Failure is not null)
                {
                    break;
                }

                if (_unsent.WrittenCount > 0)
                {
                    // The request is not sent yet, so this byte cannot be an answer to it.
                    FailMalformed("it was sent before the request");
                    break;
                }

                Received++;
                Take(value);
            }
        }

        used = Received - before;
        return TakeUnsent();
    }

    /// <summary>Returns the failure for a proxy that sends nothing more.</summary>
    /// <param name="cause">The error that ended the connection; null after an orderly end.</param>
    internal ProxyException EndedBy(ReactorException? cause) => new(Proxy, Target.ToString(), Received, cause);

    /// <summary>Returns the failure for an expired deadline.</summary>
    internal ProxyTimeoutException TimedOutAfter(TimeSpan timeout) => new(Proxy, Target.ToString(), timeout);

    private protected abstract void Greet();

    private protected abstract void Take(byte value);

    private protected void Send(ReadOnlySpan<byte> bytes) => _unsent.Write(bytes);

    private protected void Open() => IsOpen = true;

    private protected void FailAuthentication(int code) =>
        Failure = new ProxyAuthenticationException(Proxy, Target.ToString(), code, Received);

    private protected void FailMethod(int code, string offered) =>
        Failure = ProxyAuthenticationException.NoMethod(Proxy, Target.ToString(), code, offered, Received);

    private protected void FailRefused(int code, string replyText) =>
        Failure = new ProxyRefusedException(Proxy, Target.ToString(), code, replyText, Received);

    private protected void FailMalformed(string problem) =>
        Failure = new ProxyAnswerException(Proxy, Target.ToString(), $"its answer is malformed: {problem}", Received);

    private protected void FailTooLong(int limit) =>
        Failure = new ProxyAnswerException(
            Proxy,
            Target.ToString(),
            $"its answer is longer than {limit} bytes",
            Received
        );

    // Bytes that were handed out must not change, so the next bytes get new memory.
    private ReadOnlyMemory<byte> TakeUnsent()
    {
        ReadOnlyMemory<byte> bytes = _unsent.WrittenMemory;
        if (!bytes.IsEmpty)
        {
            _unsent = new ArrayBufferWriter<byte>();
        }

        return bytes;
    }
}
