using System;

namespace Akka.Reactor;

/// <summary>
/// The faults that a simulated network injects. Most properties are the probability, from 0 to 1, that the fault happens
/// when it can. All random decisions depend on the simulation's seed.
/// </summary>
public sealed record SimulatedFaults
{
    /// <summary>No faults.</summary>
    public static SimulatedFaults None { get; } = new();

    /// <summary>
    /// Faults that a network and an operating system may cause without a visible effect in any program: every byte still
    /// arrives, and every connection ends as it would without these faults.
    /// </summary>
    public static SimulatedFaults Harmless { get; } =
        new()
        {
            ShortReceive = 0.2,
            ShortSend = 0.2,
            WouldBlock = 0.1,
            SpuriousReadiness = 0.05,
            ReorderedEvents = 0.5,
            StaleEvent = 0.3,
            AcceptFailure = 0.05,
            EngineFailure = 0.002,
            NetworkAhead = 0.3,
        };

    /// <summary>
    /// The faults of <see cref="Harmless"/>, and in addition connects that are refused or hang, and connections that are
    /// reset.
    /// </summary>
    public static SimulatedFaults Rough { get; } =
        Harmless with
        {
            ConnectRefused = 0.05,
            ConnectHangs = 0.05,
            Reset = 0.01,
        };

    /// <summary>The probability that a receive returns fewer bytes than are available.</summary>
    public double ShortReceive { get; init; }

    /// <summary>The probability that a send takes fewer bytes than there is room for.</summary>
    public double ShortSend { get; init; }

    /// <summary>The probability that a receive, send or accept would block although the socket was reported ready.</summary>
    public double WouldBlock { get; init; }

    /// <summary>
    /// The probability that a socket is reported readable or writable although it is not. It applies to each socket in each
    /// wait.
    /// </summary>
    public double SpuriousReadiness { get; init; }

    /// <summary>The probability that the events of one wait come in another order.</summary>
    public double ReorderedEvents { get; init; }

    /// <summary>
    /// The probability that the system reports a socket once more after it was deregistered. An engine must drop this
    /// event.
    /// </summary>
    public double StaleEvent { get; init; }

    /// <summary>
    /// The probability that an accept fails with EMFILE or ECONNABORTED. The connection stays for the next accept.
    /// </summary>
    public double AcceptFailure { get; init; }

    /// <summary>
    /// The largest number of descriptors that all systems of a host together may have open. At this limit, accepting and
    /// connecting fail with EMFILE. 0 means no limit. Descriptors that are already open when a lower limit is set stay
    /// open.
    /// </summary>
    public int DescriptorLimit { get; init; }

    /// <summary>
    /// The probability that an engine throws an exception instead of waiting. Its selector is then restarted with a new
    /// engine.
    /// </summary>
    public double EngineFailure { get; init; }

    /// <summary>
    /// The probability that the next event on the network happens before any actor has reacted to the previous event.
    /// </summary>
    public double NetworkAhead { get; init; }

    /// <summary>The probability that a connect is refused although the remote end point listens.</summary>
    public double ConnectRefused { get; init; }

    /// <summary>The probability that a router answers a connect: there is no route to the host.</summary>
    public double ConnectUnreachable { get; init; }

    /// <summary>The probability that a connect is never answered.</summary>
    public double ConnectHangs { get; init; }

    /// <summary>The probability that a segment arrives as a reset at both ends, which ends its connection.</summary>
    public double Reset { get; init; }

    /// <summary>
    /// The number of a segment that arrives as a reset, as with <see cref="Reset"/>. The arriving segments are counted from
    /// 1 over the whole network. 0 means none.
    /// </summary>
    public int ResetAtSegment { get; init; }

    /// <summary>The probability, for each step of time, that the clock leaps by up to <see cref="LongestClockJump"/>.</summary>
    public double ClockJump { get; init; }

    /// <summary>The longest leap of the clock. The default is 1 s.</summary>
    public TimeSpan LongestClockJump { get; init; } = TimeSpan.FromSeconds(1);
}
