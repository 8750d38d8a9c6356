using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// A protocol that throws an exception on the first bytes that it receives. A test can use it to show that other
/// connections are not affected.
/// </summary>
public sealed class CrashingProtocol : ProtocolActor
{
    /// <summary>The props for a listener or a connect with this protocol.</summary>
    public static Props Props { get; } = Props.Create<CrashingProtocol>();

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data) =>
        throw new InvalidOperationException("The protocol crashes intentionally.");
}
