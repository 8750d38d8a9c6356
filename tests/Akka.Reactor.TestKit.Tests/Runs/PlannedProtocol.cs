using System;
using System.Buffers;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Simulated.Tests.Bugs;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>An owner that is a <see cref="ProtocolActor"/>.</summary>
internal sealed class PlannedProtocol(Func<Connected?, ConnectionPlan> plans, IActorRef courier) : ProtocolActor, IOwner
{
    private PlannedOwner? _owner;
    private ConnectionTimer? _timer;

    // Of the task of a handler, while it runs.
    private bool _handling;
    private TaskCompletionSource? _delay;
    private ConnectionTimer? _delayTimer;

    IActorRef IOwner.Self => Self;

    protected override bool KeepsReceived => _owner is not { Plan.KeepsNothing: true };

    protected override void OnConnected()
    {
        ConnectionPlan plan = plans(Connection);
        plan.Highest = Transport;
        _owner = new PlannedOwner(plan, courier, this);
        _owner.Connected(Connection);
    }

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        ConnectionPlan plan = _owner!.Plan;
        if (_owner.IsNapping)
        {
            plan.Broken = "bytes were offered while reading was suspended";
        }

        if (_handling)
        {
            plan.Broken = "bytes were offered while a task was running";
        }

        if (!plan.Awaits)
        {
            return Handle(plan, data);
        }

        if (plan.Plant.Tasks != TaskBug.Unknown)
        {
            return Handler.Start(this, data, static (protocol, data, ended) => protocol.HandleAsync(data, ended));
        }

        _ = HandleAsync(data, CancellationToken.None);
        return data.Length;
    }

    // Waits before or behind what it does, or both, or neither.
    private async ValueTask<long> HandleAsync(ReadOnlySequence<byte> data, CancellationToken ended)
    {
        ConnectionPlan plan = _owner!.Plan;
        _handling = true;
        try
        {
            if (plan.Plant.Tasks == TaskBug.ReleasesEarly && Transport is TransportRef bare)
            {
                bare.Release(data, written: false);
            }

            await MaybeDelay(plan, ended);
            long used = Handle(plan, data);
            await MaybeFlush(plan);
            await MaybeDelay(plan, ended);
            return used;
        }
        finally
        {
            _handling = false;
        }
    }

    private async Task MaybeDelay(ConnectionPlan plan, CancellationToken ended)
    {
        if (plan.Random.Chance(0.5))
        {
            return;
        }

        _delay = new TaskCompletionSource();
        (_delayTimer ??= CreateTimer(Passed.Instance)).Start(TimeSpan.FromMicroseconds(1 + plan.Random.UpTo(50_000)));
        TaskCompletionSource delay = _delay;
        await using CancellationTokenRegistration registration =
            plan.Plant.Tasks == TaskBug.OutlivesTheEnd ? default : ended.Register(() => delay.TrySetCanceled(ended));
        await delay.Task;
    }

    private async Task MaybeFlush(ConnectionPlan plan)
    {
        if (plan.Random.Chance(0.7))
        {
            return;
        }

        int before = plan.Writes.Count;
        try
        {
            await Handler.FlushAsync();
        }
        catch (ReactorException)
        {
            // Refused, or the connection has ended.
            return;
        }

        foreach (WriteRecord write in plan.Writes.Take(before).Where(write => IsMine(plan, write)))
        {
            if (write is { WantsAck: true, Answers: [] })
            {
                plan.Broken = $"a flush was complete before {write}";
            }
        }
    }

    private bool IsMine(ConnectionPlan plan, WriteRecord write) =>
        write.HasSender && !plan.AnsweredElsewhere && write.Writer == _owner!.Writer;

    private long Handle(ConnectionPlan plan, ReadOnlySequence<byte> data)
    {
        if (plan.Nibbles && data.Length < plan.MaxUnread / 2 && plan.MoreComes(data.Length) && plan.Random.Chance(0.3))
        {
            // Not enough yet: it is kept, and offered again with more.
            ReleaseEarly(data);
            return 0;
        }

        // Not all at once, so that some is kept and offered again.
        ReadOnlySequence<byte> used = plan.Nibbles
            ? data.Slice(0, 1 + (plan.Random.Next((int)data.Length) & ~7))
            : data;
        _owner!.Received(used);
        if (plan.KeepsNothing && plan.Random.Chance(0.3))
        {
            _owner.WriteReceived(used);
        }

        ReleaseEarly(data);
        return used.Length;
    }

    // The bug, where it is planted.
    private void ReleaseEarly(ReadOnlySequence<byte> data)
    {
        if (_owner!.Plan.Plant.ReleasesEarly && Transport is TransportRef bare)
        {
            bare.Release(data, written: false);
        }
    }

    protected override void OnPeerFinished() => _owner!.PeerFinished();

    protected override void OnWritable() => _owner!.Writable();

    protected override void OnWriteFailed(WriteFailed failure) => Answered(failure);

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case PlannedActor.Tick:
                _owner!.Tick();
                break;
            case Passed:
                _delay!.TrySetResult();
                break;
            case Terminated:
                // The plain actor that owns it now.
                Context.Stop(Self);
                break;
            default:
                Answered(message);
                break;
        }
    }

    // What had no sender may be answered to a successor that has not begun yet.
    private bool Answered(object message) => _owner?.Answered(message) ?? plans(null).NoteAnswer(message);

    protected override void OnClosed(Closed closed)
    {
        if (_owner is null)
        {
            // The connection was over when it was given on.
            plans(null).Unmet.Add(closed.Reason);
        }
        else
        {
            if (_handling)
            {
                _owner.Plan.Broken = "a task was running when its connection had ended";
            }

            _owner.Closed(closed);
        }
    }

    protected override void PostStop()
    {
        _timer?.Stop();
        _delayTimer?.Stop();
        base.PostStop();
    }

    void IOwner.Tell(ITransportCommand command, IActorRef? sender)
    {
        if (command is Write write && Paces(sender))
        {
            Write(write);
        }
        else
        {
            Transport.Tell(command, sender);
        }
    }

    public bool Paces(IActorRef? sender) => sender is null || sender.Equals(Self);

    void IOwner.Suspend() => SuspendReading();

    void IOwner.Resume() => ResumeReading();

    void IOwner.Close() => Close();

    void IOwner.CloseWrite() => CloseWrite();

    void IOwner.Abort() => Abort();

    void IOwner.PutLayer()
    {
        StartLayer(new Layer("planned", _owner!.Plan.Plant.Layer) { Unread = UnreadPolicy.Forward });
        _owner!.Plan.Highest = Transport;
    }

    void IOwner.HandOn()
    {
        ConnectionPlan plan = _owner!.Plan;
        Func<Connected?, ConnectionPlan> known = _ => plan;
        if (plan.Nibbles || plan.Awaits || plan.Random.Chance(0.5))
        {
            SwapProtocol(Props.Create(() => new PlannedProtocol(known, courier)));
            return;
        }

        // A plain actor is handed nothing that is kept here.
        _owner.Wake();
        IActorRef successor = Context.ActorOf(PlannedActor.Props(known, courier, Connection.Dispatcher));
        Context.Watch(successor);
        Transport.Tell(new Claim(successor), Self);
    }

    void IOwner.TickAfter(TimeSpan delay) => (_timer ??= CreateTimer(PlannedActor.Tick.Instance)).Start(delay);

    void IOwner.Stop() => Context.Stop(Self);

    private sealed class Passed
    {
        internal static Passed Instance { get; } = new();
    }
}

/// <summary>A layer that changes nothing.</summary>
internal sealed class PlainLayer(IActorRef lower) : LayerActor(lower);
