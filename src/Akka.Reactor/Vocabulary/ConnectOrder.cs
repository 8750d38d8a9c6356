namespace Akka.Reactor;

/// <summary>The order in which the addresses of a name are tried.</summary>
public enum ConnectOrder
{
    /// <summary>
    /// The addresses are tried one after the other, in the order of the resolver (RFC 6724, section 6). Each has its share of the
    /// remaining time.
    /// </summary>
    Sequential,

    /// <summary>
    /// The address families take turns. Another address is tried after every <see cref="ConnectOptions.ConnectStagger"/>, or as
    /// soon as one has failed. The first connection that is established is used, and the others are closed (RFC 8305, sections 4
    /// and 5).
    /// </summary>
    HappyEyeballs,
}
