using System.Buffers;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Transports;

/// <summary>To the protocol that has made a <see cref="ConnectionWriter"/>.</summary>
internal interface IWriterMessage : INoSerializationVerificationNeeded
{
    ConnectionWriter Writer { get; }
}

/// <summary>The writer has accepted bytes since the protocol has last taken some.</summary>
internal sealed class WriterReady(ConnectionWriter writer) : IWriterMessage, IDeadLetterSuppression
{
    public ConnectionWriter Writer => writer;
}

/// <summary>What a writer has accepted and its protocol has passed on together. As an acknowledgement: the kernel has it.</summary>
/// <param name="writer">The writer.</param>
/// <param name="bytes">The number of bytes.</param>
/// <param name="cost">What they count in the writer's limit.</param>
internal sealed class WriterBatch(ConnectionWriter writer, long bytes, long cost) : IOwnAck, IWriterMessage
{
    public ConnectionWriter Writer => writer;

    internal long Bytes => bytes;

    internal long Cost => cost;
}

/// <summary>
/// The write of a batch. The writer has told its callers that the bytes are accepted, and has a limit of its own, so no transport refuses
/// the write.
/// </summary>
internal sealed record WriterWrite : Write
{
    internal WriterWrite(in ReadOnlySequence<byte> data, WriterBatch batch)
        : base(data, batch) { }

    internal override bool IsNeverRefused => true;
}
