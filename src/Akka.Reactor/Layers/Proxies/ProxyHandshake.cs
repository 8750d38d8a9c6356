using System;
using System.Buffers;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The client's side of the dialogue in which a proxy opens the way to a target: bytes in, bytes out, no clock and no socket.
/// It takes one byte after the other, so that no segmentation can change how it ends, and none behind its end: they come from
/// the target.
/// </summary>
internal abstract class ProxyHandshake
{
    private ArrayBufferWriter<byte> _unsent = new();

    private protected ProxyHandshake(string proxy, ProxyTarget target)
    {
        Proxy = proxy;
        Target = target;
    }

    /// <summary>True when the way is open.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Why it will never be; null while it may.</summary>
    internal ProxyException? Failure { get; private set; }

    /// <summary>How many bytes of the proxy's were taken.</summary>
    internal long Received { get; private set; }

    private protected string Proxy { get; }

    private protected ProxyTarget Target { get; }

    /// <summary>What is sent first.</summary>
    internal ReadOnlyMemory<byte> Begin()
    {
        Greet();
        return TakeUnsent();
    }

    /// <summary>Takes bytes up to the end of the dialogue.</summary>
    /// <param name="data">What has come from the proxy.</param>
    /// <param name="used">How many bytes were of the dialogue.</param>
    /// <returns>What is to be sent now, the caller's to keep. May be empty.</returns>
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
                    // What it would answer is still to be sent, so it is no answer to that.
                    FailMalformed("it was sent ahead of the request");
                    break;
                }

                Received++;
                Take(value);
            }
        }

        used = Received - before;
        return TakeUnsent();
    }

    /// <summary>The proxy sends nothing more.</summary>
    /// <param name="cause">What ended it, where it was no orderly end.</param>
    internal ProxyException EndedBy(ReactorException? cause) => new(Proxy, Target.ToString(), Received, cause);

    /// <summary>The time is over.</summary>
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

    // What was handed out must not change, so the next bytes get a memory of their own.
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
