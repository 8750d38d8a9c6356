using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>The answer of a source: a piece, its end, or the exception with which it failed.</summary>
internal sealed record PieceRead(SourcePump Pump, Piece Piece, Exception? Fault) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks a source for its pieces, off the loop, one piece for each request. After it is closed, it disposes the source once, off the
/// loop, but never while the source is being asked or a piece of it is lent.
/// </summary>
internal sealed class SourcePump
{
    private const int Idle = 0;
    private const int Pulling = 1;
    private const int Leased = 2;
    private const int ClosedWhileLeased = 3;
    private const int Closed = 4;

    private readonly IByteSource _source;
    private readonly Action<Action> _offload;
    private readonly Action<PieceRead> _deliver;
    private readonly Action _pull;
    private readonly CancellationTokenSource _cancel = new();
    private int _state;

    /// <param name="source">The source. It belongs to the pump from now on.</param>
    /// <param name="offload">Runs work on a thread that may block.</param>
    /// <param name="deliver">Receives every answer, on any thread.</param>
    internal SourcePump(IByteSource source, Action<Action> offload, Action<PieceRead> deliver)
    {
        _source = source;
        _offload = offload;
        _deliver = deliver;
        _pull = () => _ = PullAsync();
    }

    /// <summary>Asks for the next piece. The previous piece is not used any more.</summary>
    internal void Pull()
    {
        if (Interlocked.CompareExchange(ref _state, Pulling, Idle) == Idle)
        {
            _offload(_pull);
        }
    }

    /// <summary>
    /// Lends the last delivered piece to a place that the pump's user does not see. Until <see cref="Release"/> the source
    /// is not disposed, because its disposal may free the memory of the piece.
    /// </summary>
    internal void Lease() => Interlocked.CompareExchange(ref _state, Leased, Idle);

    /// <summary>
    /// Ends the requests. A piece that was already asked for is not delivered. After this call, only a lent piece is still used.
    /// </summary>
    internal void Close()
    {
        int before;
        do
        {
            before = Volatile.Read(ref _state);
        } while (
            before < ClosedWhileLeased
            && Interlocked.CompareExchange(ref _state, before == Leased ? ClosedWhileLeased : Closed, before) != before
        );

        switch (before)
        {
            case Idle:
                _offload(() => _ = DisposeAsync());
                break;
            case Pulling:
                // Cancellation runs the callbacks that are registered with the token, so it must not run on the loop.
                _offload(Cancel);
                break;
        }
    }

    /// <summary>Ends <see cref="Lease"/>. Can be called on any thread.</summary>
    internal void Release()
    {
        if (
            Interlocked.CompareExchange(ref _state, Idle, Leased) == ClosedWhileLeased
            && Interlocked.CompareExchange(ref _state, Closed, ClosedWhileLeased) == ClosedWhileLeased
        )
        {
            _offload(() => _ = DisposeAsync());
        }
    }

    private async Task PullAsync()
    {
        PieceRead answer;
        try
        {
            answer = new PieceRead(this, await _source.NextAsync(_cancel.Token).ConfigureAwait(false), null);
        }
        catch (Exception fault)
        {
            answer = new PieceRead(this, default, fault);
        }

        if (Interlocked.CompareExchange(ref _state, Idle, Pulling) == Pulling)
        {
            _deliver(answer);
        }
        else
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (AggregateException)
        {
            // A callback that is registered with the token has thrown. The source is still disposed once it answers.
        }
    }

    private async Task DisposeAsync()
    {
        try
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The write was already answered: nobody is left who needs to know of this exception.
        }
    }
}
