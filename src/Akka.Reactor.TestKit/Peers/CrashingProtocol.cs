using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>A protocol that throws on the first bytes it is offered. To show that others do not notice.</summary>
public sealed class CrashingProtocol : ProtocolActor
{
    /// <summary>To bind or connect it.</summary>
    public static Props Props { get; } = Props.Create<CrashingProtocol>();

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data) =>
        throw new InvalidOperationException("The protocol crashes, as it has to.");
}
