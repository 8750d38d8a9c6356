namespace Akka.Reactor;

/// <summary>Who sent a TLS alert.</summary>
public enum TlsAlertDirection
{
    /// <summary>The peer sent it to us: it gave up.</summary>
    Received,

    /// <summary>We sent it to the peer: we gave up.</summary>
    Sent,
}
