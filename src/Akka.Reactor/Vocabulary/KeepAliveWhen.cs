namespace Akka.Reactor;

/// <summary>When the system probes a silent peer. Written in kebab case in the configuration, such as <c>no-idle-timeout</c>.</summary>
public enum KeepAliveWhen
{
    /// <summary>
    /// While the idle timeout does not find a dead peer: always if the timeout is infinite, and otherwise from the time at which it expires
    /// while it pauses, because reading is suspended or stopped by a bound, until it no longer pauses.
    /// </summary>
    NoIdleTimeout,

    /// <summary>From the beginning to the end: for networks that forget a connection on which nothing is sent.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
