using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>What a source answered: a piece, its end, or why it failed.</summary>
internal sealed record PieceRead(SourcePump Pump, Piece Piece, Exception? Fault) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks a source for its pieces, off the loop, one when it is told to; and disposes it off the loop, once, when it is
/// closed, which never happens while the source is being asked or a piece of it is lent.
/// </summary>
internal sealed class SourcePump : ILease
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

    /// <param name="source">The pump's from now on.</param>
    /// <param name="offload">Runs something where it may block.</param>
    /// <param name="deliver">Given every answer, on any thread.</param>
    internal SourcePump(IByteSource source, Action<Action> offload, Action<PieceRead> deliver)
    {
        _source = source;
        _offload = offload;
        _deliver = deliver;
        _pull = () => _ = PullAsync();
    }

    /// <summary>Asks for the next piece; the one before is not used any more.</summary>
    internal void Pull()
    {
        if (Interlocked.CompareExchange(ref _state, Pulling, Idle) == Idle)
        {
            _offload(_pull);
        }
    }

    /// <summary>
    /// The last piece delivered goes to where its user does not see it: until <see cref="ILease.Release()"/> the source
    /// is not disposed, since that may take the memory with it.
    /// </summary>
    internal void Lease() => Interlocked.CompareExchange(ref _state, Leased, Idle);

    /// <summary>Nothing more is wanted; what was asked for is not delivered. No piece but a lent one is used after this.</summary>
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
                // Whoever registered with the token runs then: not on the loop.
                _offload(Cancel);
                break;
        }
    }

    void ILease.Release()
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
            // Of whoever registered with the token. The source is disposed all the same once it answers.
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
            // The write was answered already: there is nobody left whom the source's complaint would concern.
        }
    }
}
