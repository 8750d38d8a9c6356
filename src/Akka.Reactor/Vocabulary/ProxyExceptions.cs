using System;

namespace Akka.Reactor;

/// <summary>
/// A proxy did not open the way to the target. This class itself means that the connection to the proxy ended, or broke, before the
/// proxy's answer was complete; <see cref="Exception.InnerException"/> is the reset or the truncation, if there was one. The
/// derived classes name the other reasons. If a proxy is too slow, the exception is <see cref="ProxyTimeoutException"/>, which is a
/// timeout like the others. No message or property ever holds a password.
/// </summary>
public class ProxyException : ReactorException
{
    /// <summary>Creates the exception for a connection that ended, or broke, in the middle of the dialogue.</summary>
    internal ProxyException(string proxy, string target, long bytesReceived, ReactorException? innerException)
        : this(
            proxy,
            target,
            $"the connection to the proxy {(innerException is null ? "ended" : "broke")} after {bytesReceived} bytes of its answer",
            bytesReceived,
            innerException
        ) { }

    private protected ProxyException(
        string proxy,
        string target,
        string what,
        long bytesReceived,
        Exception? innerException = null
    )
        : base($"The proxy {proxy} did not connect to {target}: {what}.", innerException)
    {
        Proxy = proxy;
        Target = target;
        BytesReceived = bytesReceived;
    }

    /// <summary>
    /// The proxy's address as text: the remote end of the connection. If several proxies follow each other, this is always the
    /// address of the first, because no other address is known here.
    /// </summary>
    public string Proxy { get; }

    /// <summary>The address that the proxy was asked to connect to, as <c>HOST:PORT</c>.</summary>
    public string Target { get; }

    /// <summary>The number of bytes of the proxy's answers that were read during the whole dialogue.</summary>
    public long BytesReceived { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Proxy;
}

/// <summary>
/// The proxy refused the user name and password, demanded credentials and received none, or accepts none of the authentication
/// methods that it was offered.
/// </summary>
public sealed class ProxyAuthenticationException : ProxyException
{
    internal ProxyAuthenticationException(string proxy, string target, int code, long bytesReceived)
        : this(proxy, target, code, $"authentication failed ({code})", bytesReceived) { }

    private ProxyAuthenticationException(string proxy, string target, int code, string what, long bytesReceived)
        : base(proxy, target, what, bytesReceived)
    {
        Code = code;
    }

    /// <summary>
    /// The proxy's code. For SOCKS5 it is the status of the user name and password, whose values are the proxy's own (RFC 1929,
    /// section 2), or 255 (0xFF) if the proxy accepts none of the offered methods (RFC 1928, section 3). For HTTP it is 407, or 401
    /// from a proxy that answers with 401.
    /// </summary>
    public int Code { get; }

    /// <summary>Creates the exception for a proxy that accepts none of the offered methods.</summary>
    internal static ProxyAuthenticationException NoMethod(
        string proxy,
        string target,
        int code,
        string offered,
        long bytesReceived
    ) => new(proxy, target, code, $"it accepts none of the authentication methods offered: {offered}", bytesReceived);

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.ProxyAuthentication;
}

/// <summary>The proxy refused to connect to the target, or it tried to connect and failed.</summary>
public sealed class ProxyRefusedException : ProxyException
{
    internal ProxyRefusedException(string proxy, string target, int code, string replyText, long bytesReceived)
        : base(proxy, target, $"it answered {code}{(replyText.Length > 0 ? $" ({replyText})" : "")}", bytesReceived)
    {
        Code = code;
        ReplyText = replyText;
    }

    /// <summary>For SOCKS5 the reply code, 1 to 255 (RFC 1928, section 6); for HTTP the status code.</summary>
    public int Code { get; }

    /// <summary>
    /// For SOCKS5 the name of the code in RFC 1928; for HTTP the reason phrase of the proxy's status line (RFC 9112, section 4),
    /// cut after 100 characters, with characters outside ASCII replaced. It can be empty.
    /// </summary>
    public string ReplyText { get; }
}

/// <summary>
/// The bytes that the proxy sent are not an answer of its protocol, or the answer is longer than the limit. The rest was not read.
/// Perhaps the peer is not a proxy, or it is a proxy of another kind.
/// </summary>
public sealed class ProxyAnswerException : ProxyException
{
    internal ProxyAnswerException(string proxy, string target, string what, long bytesReceived)
        : base(proxy, target, what, bytesReceived) { }
}

/// <summary>The proxy did not open the way to the target within the time limit for the whole dialogue.</summary>
public sealed class ProxyTimeoutException : TimeoutExceededException
{
    internal ProxyTimeoutException(string proxy, string target, TimeSpan timeout)
        : base($"The proxy {proxy} did not connect to {target} within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Proxy = proxy;
        Target = target;
    }

    /// <inheritdoc cref="ProxyException.Proxy"/>
    public string Proxy { get; }

    /// <inheritdoc cref="ProxyException.Target"/>
    public string Target { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Proxy;
}
