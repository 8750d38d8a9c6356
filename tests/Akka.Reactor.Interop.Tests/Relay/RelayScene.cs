using System;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>How a peer ends that has sent all it has.</summary>
internal enum PeerEnd
{
    /// <summary>In order: a close_notify where it speaks TLS, then FIN.</summary>
    InOrder,

    /// <summary>FIN without close_notify: of TLS that is a truncation.</summary>
    Fin,

    /// <summary>RST, once the relay's TCP has everything.</summary>
    Reset,

    /// <summary>Silence, until the relay's time-out.</summary>
    TimeOut,

    /// <summary>It is killed with bytes unread: a RST, once the relay's TCP has everything.</summary>
    Crash,
}

/// <summary>How the other peer learns of the end.</summary>
internal enum SeenEnd
{
    /// <summary>FIN; of TLS behind a close_notify.</summary>
    Clean,

    /// <summary>FIN without close_notify.</summary>
    Truncated,

    /// <summary>RST.</summary>
    Reset,

    /// <summary>It does not.</summary>
    None,
}

/// <summary>One transfer through a relay.</summary>
internal sealed record RelayScene(bool TlsClient, bool TlsServer, bool ServerSends, PeerEnd End, bool Slow)
{
    /// <summary>Bytes sent.</summary>
    internal const int Size = 2_000_000;

    /// <summary>How the reader has to learn of the end: in order only where the sender has said that it sent all.</summary>
    internal SeenEnd RightEnd =>
        End == PeerEnd.InOrder || (End == PeerEnd.Fin && !(ServerSends ? TlsServer : TlsClient)) ? SeenEnd.Clean
        : (ServerSends ? TlsClient : TlsServer) ? SeenEnd.Truncated
        : SeenEnd.Reset;

    /// <summary>Whether the reader learns so of the end; where the time is over for both, it may be reset like the other one.</summary>
    internal bool IsRight(SeenEnd end) => end == RightEnd || (End == PeerEnd.TimeOut && end == SeenEnd.Reset);

    public override string ToString() =>
        $"{(TlsClient ? "tls" : "tcp")}-{(TlsServer ? "tls" : "tcp")} {(ServerSends ? "down" : "up  ")} "
        + $"{End, -8}{(Slow ? "slow" : "fast")}";
}

/// <summary>What came of a transfer.</summary>
/// <param name="Bytes">How many bytes came.</param>
/// <param name="Intact">Whether they are those that were sent first.</param>
/// <param name="End">How it ended.</param>
internal sealed record Delivery(int Bytes, bool Intact, SeenEnd End)
{
    public override string ToString() =>
        FormattableString.Invariant($"{Bytes, 9:N0} {End, -9}{(Intact ? "" : "BROKEN")}");
}
