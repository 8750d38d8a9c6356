using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// The answers to many writes of one actor that cannot complete, in order. A protocol and a layer handle it as a
/// <see cref="WriteFailed"/> for each of them. When a connection ends, thousands of small writes may wait, and thousands of connections
/// can end together: messages for each write would take about as much memory again as the writes themselves.
/// </summary>
/// <param name="Writes">All of the same sender. The memory that was lent to them is not used any more.</param>
/// <param name="Cause">Why they cannot complete.</param>
internal sealed record WritesFailed(IReadOnlyList<PendingWrite> Writes, ReactorException Cause)
    : INoSerializationVerificationNeeded
{
    /// <summary>Returns the answer to each of the writes.</summary>
    internal IEnumerable<WriteFailed> Answers()
    {
        foreach (PendingWrite write in Writes)
        {
            yield return new WriteFailed(write.Write, Cause);
        }
    }

    /// <summary>Gives writes that will not complete their answers. The caller has released the memory that was lent to them.</summary>
    /// <param name="writes">In order. The list belongs to this method from now on.</param>
    /// <param name="cause">Why they cannot complete.</param>
    /// <param name="core">The transport that has accepted them.</param>
    /// <param name="transport">The address of that transport.</param>
    internal static void Tell(
        List<PendingWrite> writes,
        ReactorException cause,
        in TransportCore core,
        IActorRef transport
    )
    {
        IActorRef? together = core.IsDescribed && writes.Count > 1 ? core.Owner : null;
        int others = 0;
        foreach (PendingWrite write in writes)
        {
            if (together is null || !write.Sender.Is(together))
            {
                others++;
                write.Sender.Tell(new WriteFailed(write.Write, cause), transport);
            }
        }

        if (together is null || others == writes.Count)
        {
            return;
        }

        if (others > 0)
        {
            writes.RemoveAll(write => !write.Sender.Is(together));
        }

        together.Tell(new WritesFailed(writes, cause), transport);
    }
}
