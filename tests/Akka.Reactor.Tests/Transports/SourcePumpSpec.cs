using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>When a source is asked, and when it is let go: not while it answers, nor while a piece of it is lent.</summary>
public sealed class SourcePumpSpec
{
    private readonly Queue<Action> _offloaded = [];
    private readonly List<PieceRead> _delivered = [];
    private readonly Source _source = new();
    private readonly SourcePump _pump;

    public SourcePumpSpec()
    {
        _pump = new SourcePump(_source, _offloaded.Enqueue, _delivered.Add);
    }

    [Fact]
    public void A_closed_source_is_let_go_once_and_off_the_loop()
    {
        _pump.Close();
        Assert.Equal(0, _source.Disposals);
        _pump.Close();
        RunOffloaded();
        Assert.Equal(1, _source.Disposals);
    }

    [Fact]
    public void A_source_that_is_being_asked_is_let_go_when_it_has_answered()
    {
        _pump.Pull();
        RunOffloaded();
        _pump.Close();
        RunOffloaded();
        Assert.True(_source.Cancelled);
        Assert.Equal(0, _source.Disposals);
        _source.Answer();
        Assert.Equal(1, _source.Disposals);
        Assert.Empty(_delivered);
    }

    [Fact]
    public void A_source_is_let_go_when_its_lent_piece_is_given_back()
    {
        Lend();
        _pump.Close();
        RunOffloaded();
        Assert.Equal(0, _source.Disposals);
        _pump.Release();
        RunOffloaded();
        Assert.Equal(1, _source.Disposals);
        _pump.Release();
        _pump.Close();
        RunOffloaded();
        Assert.Equal(1, _source.Disposals);
    }

    [Fact]
    public void A_piece_given_back_makes_room_for_the_next()
    {
        Lend();
        _pump.Release();
        Lend();
        _pump.Release();
        Assert.Equal(2, _delivered.Count);
        _pump.Close();
        RunOffloaded();
        Assert.Equal(1, _source.Disposals);
    }

    private void Lend()
    {
        _pump.Pull();
        RunOffloaded();
        _source.Answer();
        _pump.Lease();
    }

    private void RunOffloaded()
    {
        while (_offloaded.TryDequeue(out Action? work))
        {
            work();
        }
    }

    private sealed class Source : IByteSource
    {
        private TaskCompletionSource<Piece> _answer = new();
        private CancellationToken _cancel;

        internal int Disposals { get; private set; }

        internal bool Cancelled => _cancel.IsCancellationRequested;

        public ValueTask<Piece> NextAsync(CancellationToken cancel)
        {
            _cancel = cancel;
            _answer = new TaskCompletionSource<Piece>();
            return new ValueTask<Piece>(_answer.Task);
        }

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return ValueTask.CompletedTask;
        }

        internal void Answer()
        {
            // So that whoever waits for it goes on in this call.
            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            _answer.SetResult(new Piece(new ReadOnlySequence<byte>(new byte[1])));
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
