using System;

namespace Akka.Reactor;

/// <summary>
/// A proxy did not open the way to the target. The leaves say why; where it was too slow, it is a
/// <see cref="ProxyTimeoutException"/>, which is a timeout like the others. None of them ever holds a password.
/// </summary>
public abstract class ProxyException : ReactorException
{
    /// <summary>Names the proxy, the target and what happened.</summary>
    /// <param name="proxy">The proxy's address as text: the connection's remote end.</param>
    /// <param name="target">Where the proxy was to connect to, as <c>HOST:PORT</c>.</param>
    /// <param name="what">What it did instead; the message ends with it.</param>
    /// <param name="innerException">The failure behind it, where there is one.</param>
    protected ProxyException(string proxy, string target, string what, Exception? innerException = null)
        : base($"The proxy {proxy} opened no way to {target}: {what}.", innerException)
    {
        Proxy = proxy;
        Target = target;
    }

    /// <summary>The proxy's address as text. Behind another proxy it is that one's: nobody knows more of the next.</summary>
    public string Proxy { get; }

    /// <summary>Where the proxy was to connect to, as <c>HOST:PORT</c>.</summary>
    public string Target { get; }
}

/// <summary>The proxy refuses the user name and password, or demands some and was given none.</summary>
public sealed class ProxyAuthenticationException : ProxyException
{
    /// <summary>Names the proxy, the target and the proxy's answer.</summary>
    public ProxyAuthenticationException(string proxy, string target, int code)
        : base(proxy, target, $"authentication failed ({code})")
    {
        Code = code;
    }

    /// <summary>Of SOCKS5 the status that the proxy answered (RFC 1929, section 2), which is its own; of HTTP 407, or 401 where a proxy says that.</summary>
    public int Code { get; }
}

/// <summary>The proxy accepts none of the authentication methods that it was offered (RFC 1928, section 3).</summary>
public sealed class ProxyMethodException : ProxyException
{
    /// <summary>Names the proxy, the target and what was offered.</summary>
    public ProxyMethodException(string proxy, string target, string offered)
        : base(proxy, target, $"it accepts none of the authentication methods offered: {offered}")
    {
        Offered = offered;
    }

    /// <summary>The methods that were offered, in words.</summary>
    public string Offered { get; }
}

/// <summary>The proxy refuses to connect to the target, or could not.</summary>
public sealed class ProxyRefusedException : ProxyException
{
    /// <summary>Names the proxy, the target and the proxy's answer.</summary>
    public ProxyRefusedException(string proxy, string target, int code, string reason)
        : base(proxy, target, $"it answered {code}{(reason?.Length > 0 ? $" ({reason})" : "")}")
    {
        Code = code;
        Reason = reason ?? "";
    }

    /// <summary>Of SOCKS5 the reply code, 1 to 255 (RFC 1928, section 6); of HTTP the status code.</summary>
    public int Code { get; }

    /// <summary>
    /// Of SOCKS5 the code's name in RFC 1928; of HTTP the proxy's own words, of which at most 100 characters are kept and
    /// those outside ASCII replaced. May be empty.
    /// </summary>
    public string Reason { get; }
}

/// <summary>What the proxy sent is no answer of its protocol: perhaps it is no proxy, or one of another kind.</summary>
public sealed class ProxyAnswerMalformedException : ProxyException
{
    /// <summary>Names the proxy, the target and what is wrong with the answer.</summary>
    public ProxyAnswerMalformedException(string proxy, string target, string problem)
        : base(proxy, target, $"its answer is malformed: {problem}") { }
}

/// <summary>The proxy's answer is longer than it may be; no more of it was read.</summary>
public sealed class ProxyAnswerTooLongException : ProxyException
{
    /// <summary>Names the proxy, the target and the limit.</summary>
    public ProxyAnswerTooLongException(string proxy, string target, int limit)
        : base(proxy, target, $"its answer is longer than {limit} bytes")
    {
        Limit = limit;
    }

    /// <summary>The most bytes that an answer may have, everything that leads up to it included.</summary>
    public int Limit { get; }
}

/// <summary>The proxy ended the connection, or it was reset, before the answer was complete.</summary>
public sealed class ProxyEndedException : ProxyException
{
    /// <summary>Names the proxy, the target and how much of an answer there was.</summary>
    public ProxyEndedException(string proxy, string target, long bytesReceived, ReactorException? innerException = null)
        : base(
            proxy,
            target,
            $"the connection {(innerException is null ? "ended" : "broke")} after {bytesReceived} bytes of its answer",
            innerException
        )
    {
        BytesReceived = bytesReceived;
    }

    /// <summary>How many bytes the proxy had sent, over all its answers.</summary>
    public long BytesReceived { get; }
}

/// <summary>The proxy had not opened the way to the target when the total time for that was over.</summary>
public sealed class ProxyTimeoutException : TimeoutExceededException
{
    /// <summary>Names the proxy, the target and the limit.</summary>
    public ProxyTimeoutException(string proxy, string target, TimeSpan timeout)
        : base($"The proxy {proxy} opened no way to {target} within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Proxy = proxy;
        Target = target;
    }

    /// <inheritdoc cref="ProxyException.Proxy"/>
    public string Proxy { get; }

    /// <inheritdoc cref="ProxyException.Target"/>
    public string Target { get; }
}
