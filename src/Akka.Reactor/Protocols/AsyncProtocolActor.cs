using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol whose handler of received bytes awaits: the answer of another actor, a database, a flush. While a handler's task
/// runs, the protocol is offered nothing, so that requests are answered in their order; every other message is handled, and TCP holds the
/// peer back at <see cref="ConnectionOptions.MaxUnread"/>.
/// </summary>
/// <remarks>
/// <para>
/// What follows an <c>await</c> runs in the actor's own message processing, as all its code: no locks are needed, and <c>Context</c> can be
/// used; <c>Sender</c> is another actor's. An <c>await</c> with <c>ConfigureAwait(false)</c> leaves the actor; do not use it in the handler
/// itself. A handler that does not wait costs no more than <see cref="ProtocolActor.OnReceived"/>.
/// </para>
/// <para>
/// An exception of a handler is one of the protocol: it ends this connection. <see cref="ProtocolActor.OnPeerFinished"/> and
/// <see cref="ProtocolActor.OnDraining"/> wait for the task. <see cref="ProtocolActor.StartTls"/>, <see cref="ProtocolActor.StartLayer"/>
/// and <see cref="ProtocolActor.SwapProtocol"/> take effect when the task has ended, because only then it is known what it has used; what
/// is written after them leaves through the new layer.
/// </para>
/// <para>
/// If the connection ends first, the token is cancelled, then <see cref="ProtocolActor.OnClosed"/> is called. A handler that observes the
/// token has ended by then. What another one does later fails with <see cref="TransportClosedException"/> if it writes, and runs on the
/// thread pool if the actor has stopped.
/// </para>
/// </remarks>
public abstract class AsyncProtocolActor : ProtocolActor
{
    /// <summary>
    /// Called as <see cref="ProtocolActor.OnReceived"/> is, with all bytes that were received and not yet consumed, and not again before its
    /// task has ended.
    /// </summary>
    /// <param name="data">Never empty. The data is immutable and valid until the task has ended.</param>
    /// <param name="ended">Cancelled when the connection has ended.</param>
    /// <returns>The number of bytes used; 0 means "not enough yet".</returns>
    protected abstract ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended);

    /// <summary>
    /// Returns a task that completes when the kernel has everything that was written so far. It fails with the reason if a write before it
    /// was refused, or if the connection has ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no connection yet.</exception>
    /// <exception cref="TransportClosedException">The connection of this handler has ended.</exception>
    protected Task FlushAsync() => Handler.FlushAsync();

    /// <inheritdoc/>
    protected sealed override long OnReceived(ReadOnlySequence<byte> data) =>
        Handler.Start(this, data, static (protocol, data, ended) => protocol.OnReceivedAsync(data, ended));

    /// <summary>So many bytes are used when the task has ended.</summary>
    private protected static ValueTask<long> UsedAfter(ValueTask task, long used)
    {
        return task.IsCompletedSuccessfully ? new ValueTask<long>(used) : Await();

        async ValueTask<long> Await()
        {
            await task;
            return used;
        }
    }
}
