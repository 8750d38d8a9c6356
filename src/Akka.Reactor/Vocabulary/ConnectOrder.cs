namespace Akka.Reactor;

/// <summary>In which order the addresses of a name are connected to.</summary>
public enum ConnectOrder
{
    /// <summary>
    /// One after the other, as the resolver gave them (RFC 6724, section 6), each for its share of the time that is left.
    /// </summary>
    Sequential,

    /// <summary>
    /// Address families in turn, another every <see cref="ConnectOptions.ConnectStagger"/> or as soon as one has failed;
    /// the first to answer is used and the others are closed (RFC 8305, sections 4 and 5).
    /// </summary>
    HappyEyeballs,
}
