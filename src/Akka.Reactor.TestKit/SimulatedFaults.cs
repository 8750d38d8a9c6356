using System;

namespace Akka.Reactor;

/// <summary>
/// What goes wrong in a simulated network: most with the probability (0 to 1) that it does when it could. Everything is
/// drawn from the simulation's seed.
/// </summary>
public sealed record SimulatedFaults
{
    /// <summary>Nothing goes wrong.</summary>
    public static SimulatedFaults None { get; } = new();

    /// <summary>
    /// What a network and an operating system may do to any program without anybody noticing: under these every byte still
    /// arrives, and every connection ends as it would have.
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

    /// <summary>As <see cref="Harmless"/>, and connections that are refused, hang, or are reset under way.</summary>
    public static SimulatedFaults Rough { get; } =
        Harmless with
        {
            ConnectRefused = 0.05,
            ConnectHangs = 0.05,
            Reset = 0.01,
        };

    /// <summary>A receive gives fewer bytes than are there.</summary>
    public double ShortReceive { get; init; }

    /// <summary>A send takes fewer bytes than there is room for.</summary>
    public double ShortSend { get; init; }

    /// <summary>A receive, send or accept would block although it was reported ready.</summary>
    public double WouldBlock { get; init; }

    /// <summary>A socket is reported readable or writable and is not. Per socket and wait.</summary>
    public double SpuriousReadiness { get; init; }

    /// <summary>The events of one wait come in another order.</summary>
    public double ReorderedEvents { get; init; }

    /// <summary>The system reports a socket once more after it was deregistered. An engine must drop that.</summary>
    public double StaleEvent { get; init; }

    /// <summary>An accept fails with EMFILE or ECONNABORTED; the connection stays for the next accept.</summary>
    public double AcceptFailure { get; init; }

    /// <summary>
    /// How many descriptors a host may have open, of all its systems together; accepting and connecting then fail with
    /// EMFILE. 0 for no limit. What is open above a limit set later stays open.
    /// </summary>
    public int DescriptorLimit { get; init; }

    /// <summary>The engine throws instead of waiting; its selector is restarted with a fresh one.</summary>
    public double EngineFailure { get; init; }

    /// <summary>The next thing on the network happens before anybody has reacted to the one before.</summary>
    public double NetworkAhead { get; init; }

    /// <summary>A connect is refused although somebody listens.</summary>
    public double ConnectRefused { get; init; }

    /// <summary>A connect is answered by a router: no route to host.</summary>
    public double ConnectUnreachable { get; init; }

    /// <summary>A connect is never answered.</summary>
    public double ConnectHangs { get; init; }

    /// <summary>A segment arrives as a reset at both ends, and its connection is dead.</summary>
    public double Reset { get; init; }

    /// <summary>As <see cref="Reset"/>, for the segment with this number, counted from 1 over the whole network; 0 for none.</summary>
    public int ResetAtSegment { get; init; }

    /// <summary>The clock leaps by up to <see cref="LongestClockJump"/>. Per step of time.</summary>
    public double ClockJump { get; init; }

    /// <summary>Default 1 s.</summary>
    public TimeSpan LongestClockJump { get; init; } = TimeSpan.FromSeconds(1);
}
