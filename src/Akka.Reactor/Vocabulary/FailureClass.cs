using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor;

/// <summary>
/// The class of a failure, by which a client decides whether and when to connect again. The keys of <c>reconnect.on</c> are the names of
/// the classes, such as <c>connect-refused</c> and <c>tls-certificate</c>. An application may have classes of its own.
/// </summary>
public readonly record struct FailureClass
{
    private readonly string? _name;

    private FailureClass(string name) => _name = name;

    /// <summary>The name could not be resolved (<see cref="DnsException"/>).</summary>
    public static FailureClass Dns { get; } = new("dns");

    /// <summary>The resolver did not answer (<see cref="DnsTimeoutException"/>).</summary>
    public static FailureClass DnsTimeout { get; } = new("dns-timeout");

    /// <summary>Nothing listens at the address (<see cref="ConnectRefusedException"/>).</summary>
    public static FailureClass ConnectRefused { get; } = new("connect-refused");

    /// <summary>No address answered (<see cref="ConnectTimeoutException"/>).</summary>
    public static FailureClass ConnectTimeout { get; } = new("connect-timeout");

    /// <summary>The network has no route to the address (<see cref="ConnectUnreachableException"/>).</summary>
    public static FailureClass Unreachable { get; } = new("unreachable");

    /// <summary>Connecting failed for another reason (<see cref="ConnectException"/>).</summary>
    public static FailureClass ConnectFailed { get; } = new("connect-failed");

    /// <summary>
    /// A proxy did not open the way, or took too long (<see cref="ProxyException"/>, <see cref="ProxyTimeoutException"/>,
    /// <see cref="ProxyHeaderTimeoutException"/>).
    /// </summary>
    public static FailureClass Proxy { get; } = new("proxy");

    /// <summary>A proxy does not accept this client (<see cref="ProxyAuthenticationException"/>).</summary>
    public static FailureClass ProxyAuthentication { get; } = new("proxy-authentication");

    /// <summary>The peer's certificate was not accepted (<see cref="TlsCertificateException"/>).</summary>
    public static FailureClass TlsCertificate { get; } = new("tls-certificate");

    /// <summary>The peer ended TLS with an alert (<see cref="TlsAlertException"/>).</summary>
    public static FailureClass TlsAlert { get; } = new("tls-alert");

    /// <summary>
    /// The two sides could not agree on TLS, or TLS failed (<see cref="TlsHandshakeException"/>,
    /// <see cref="TlsProtocolException"/>).
    /// </summary>
    public static FailureClass TlsHandshake { get; } = new("tls-handshake");

    /// <summary>The TLS handshake took too long (<see cref="TlsHandshakeTimeoutException"/>).</summary>
    public static FailureClass TlsHandshakeTimeout { get; } = new("tls-handshake-timeout");

    /// <summary>The connection was reset (<see cref="ConnectionResetException"/>).</summary>
    public static FailureClass Reset { get; } = new("reset");

    /// <summary>
    /// The socket failed for another reason (<see cref="SocketFailureException"/>), or the engine cannot watch its descriptor.
    /// </summary>
    public static FailureClass SocketFailure { get; } = new("socket-failure");

    /// <summary>TLS ended without close_notify (<see cref="TruncatedException"/>).</summary>
    public static FailureClass Truncated { get; } = new("truncated");

    /// <summary>Nothing was sent and nothing was received for too long (<see cref="IdleTimeoutException"/>).</summary>
    public static FailureClass IdleTimeout { get; } = new("idle-timeout");

    /// <summary>The peer took none of the waiting bytes for too long (<see cref="WriteStallTimeoutException"/>).</summary>
    public static FailureClass WriteStall { get; } = new("write-stall");

    /// <summary>The connection lasted for the longest time that is allowed (<see cref="LifetimeExceededException"/>).</summary>
    public static FailureClass Lifetime { get; } = new("lifetime");

    /// <summary>The peer sent or took too few bytes per second (<see cref="DataRateException"/>).</summary>
    public static FailureClass DataRate { get; } = new("data-rate");

    /// <summary>The peer did something that its protocol forbids (<see cref="PeerViolationException"/>).</summary>
    public static FailureClass ProtocolViolation { get; } = new("protocol-violation");

    /// <summary>The peer closed the connection in order (<see cref="CloseReason.PeerFinished"/>).</summary>
    public static FailureClass PeerFinished { get; } = new("peer-finished");

    /// <summary>The protocol closed the connection (<see cref="CloseReason.Requested"/>).</summary>
    public static FailureClass Requested { get; } = new("requested");

    /// <summary>
    /// The protocol aborted the connection (<see cref="CloseReason.Aborted"/>), or the loop that served the connection was stopped.
    /// By default a protocol also aborts for a write that was refused or whose source failed (<see cref="WriteRefusedException"/>,
    /// <see cref="WriteTooLargeException"/>, <see cref="WriteSourceException"/>, <see cref="DeliveryNotSupportedException"/>).
    /// </summary>
    public static FailureClass Aborted { get; } = new("aborted");

    /// <summary>
    /// This side ended the connection because all connections together held too much memory (<see cref="ConnectionShedException"/>), or
    /// too many TLS handshakes were under way (<see cref="TlsHandshakeShedException"/>).
    /// </summary>
    public static FailureClass Shed { get; } = new("shed");

    /// <summary>The protocol threw an exception (<see cref="ProtocolCrashedException"/>).</summary>
    public static FailureClass ProtocolCrash { get; } = new("protocol-crash");

    /// <summary>
    /// A layer threw an exception (<see cref="LayerCrashedException"/>), or other code that runs while the client connects did so,
    /// such as a function that makes a layer.
    /// </summary>
    public static FailureClass LayerCrash { get; } = new("layer-crash");

    /// <summary>
    /// The failure is an exception type of the application, derived from <see cref="ReactorException"/>, that names no class.
    /// </summary>
    public static FailureClass Other => default;

    /// <summary>All classes of this library.</summary>
    public static IReadOnlyList<FailureClass> All { get; } =
    [
        Dns,
        DnsTimeout,
        ConnectRefused,
        ConnectTimeout,
        Unreachable,
        ConnectFailed,
        Proxy,
        ProxyAuthentication,
        TlsCertificate,
        TlsAlert,
        TlsHandshake,
        TlsHandshakeTimeout,
        Reset,
        SocketFailure,
        Truncated,
        IdleTimeout,
        WriteStall,
        Lifetime,
        DataRate,
        ProtocolViolation,
        PeerFinished,
        Requested,
        Aborted,
        Shed,
        ProtocolCrash,
        LayerCrash,
        Other,
    ];

    private static readonly FrozenDictionary<string, FailureClass> s_ours = All.ToFrozenDictionary(
        failure => failure.Name,
        StringComparer.Ordinal
    );

    /// <summary>The name, in lower case with hyphens between the words.</summary>
    public string Name => _name ?? "other";

    /// <summary>
    /// Creates a class of the application's own, for exceptions that return it as their <see cref="ReactorException.FailureClass"/>. To
    /// be used in the configuration, its name must stand in <c>akka.reactor.failure-classes</c>.
    /// </summary>
    /// <param name="name">Lower-case letters, digits and hyphens, the first of them a letter: <c>not-authorised</c>.</param>
    /// <exception cref="ArgumentException">This is no such name, or a class of this library has it.</exception>
    public static FailureClass Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return WhyNotNamed(name) is { } problem
            ? throw new ArgumentException($"{name} {problem}.", nameof(name))
            : new FailureClass(name);
    }

    /// <summary>Returns the name.</summary>
    public override string ToString() => Name;

    /// <summary>Returns why an application cannot have a class with this name; null if it can.</summary>
    internal static string? WhyNotNamed(string name) =>
        s_ours.ContainsKey(name) ? "is a failure class already"
        : name.Length > 0 && char.IsAsciiLetterLower(name[0]) && name.All(IsOfAName) ? null
        : "must be a name of lower-case letters, digits and hyphens that begins with a letter";

    /// <summary>Returns the class of this library with the given name, or null.</summary>
    internal static FailureClass? Parse(string name) => s_ours.TryGetValue(name, out FailureClass ours) ? ours : null;

    private static bool IsOfAName(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-';
}
