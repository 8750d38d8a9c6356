using System;
using System.Threading;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// An actor's messages and the piece of work that handles them. It is never scheduled while it is scheduled or
/// running, which is what makes an actor single-threaded.
/// </summary>
public class Mailbox : IRunnable
{
    // The status word: bit 0 closed (and then nothing else), bit 1 scheduled, above them the number of suspensions.
    private const int Open = 0;
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private volatile ActorCell _actor;
    private SystemMessage _systemMessages; // newest first; a NoMessage at its head closes it for ever
    private volatile int _status;

    public Mailbox(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
    }

    public IMessageQueue MessageQueue { get; }

    public MessageDispatcher Dispatcher => _actor.Dispatcher;

    internal ActorCell Actor => _actor;

    internal bool HasMessages => MessageQueue.HasMessages;

    internal int NumberOfMessages => MessageQueue.Count;

    internal int CurrentStatus => _status;

    internal int SuspendCount => _status / SuspendUnit;

    internal bool IsSuspended => _status >= SuspendUnit;

    internal bool IsClosed => _status == Closed;

    internal bool IsScheduled => (_status & Scheduled) != 0;

    internal virtual bool HasSystemMessages => Volatile.Read(ref _systemMessages) is not (null or NoMessage);

    private bool MayHandleUserMessages => (_status & ~Scheduled) == Open;

    public virtual void SetActor(ActorCell actorCell) => _actor = actorCell;

    internal void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    internal bool CanBeScheduledForExecution(bool hasMessageHint, bool hasSystemMessageHint)
    {
        int status = _status;
        if (status == Closed)
            return false;
        // Suspended, it is still run for the sake of system messages.
        if (status >= SuspendUnit)
            return hasSystemMessageHint || HasSystemMessages;
        return hasMessageHint || hasSystemMessageHint || HasSystemMessages || HasMessages;
    }

    internal bool SetAsScheduled()
    {
        while (true)
        {
            int status = _status;
            if ((status & (Closed | Scheduled)) != 0)
                return false;
            if (Update(status, status | Scheduled))
                return true;
        }
    }

    internal void SetAsIdle()
    {
        int status;
        do
        {
            status = _status;
        } while (!Update(status, status & ~Scheduled));
    }

    /// <summary>Adds one suspension; true when it was the first.</summary>
    internal bool Suspend()
    {
        while (true)
        {
            int status = _status;
            if (status == Closed)
                return false;
            if (Update(status, status + SuspendUnit))
                return status < SuspendUnit;
        }
    }

    /// <summary>Takes one suspension back; true when none is left.</summary>
    internal bool Resume()
    {
        while (true)
        {
            int status = _status;
            if (status == Closed)
                return false;
            int next = status < SuspendUnit ? status : status - SuspendUnit;
            if (Update(status, next))
                return next < SuspendUnit;
        }
    }

    internal bool BecomeClosed()
    {
        while (true)
        {
            int status = _status;
            if (status == Closed)
                return false;
            if (Update(status, Closed))
                return true;
        }
    }

    public void Run()
    {
        try
        {
            if (IsClosed)
                return;
            // One thread may run mailboxes inside each other: the outer actor is current again afterwards.
            ActorCell outer = InternalCurrentActorCellKeeper.Current;
            InternalCurrentActorCellKeeper.Current = _actor;
            try
            {
                HandleSystemMessages();
                HandleUserMessages();
            }
            finally
            {
                InternalCurrentActorCellKeeper.Current = outer;
            }
        }
        finally
        {
            SetAsIdle();
            Dispatcher.RegisterForExecution(this, hasMessageHint: false, hasSystemMessageHint: false);
        }
    }

    public void Execute() => Run();

    private void HandleUserMessages()
    {
        ActorCell actor = _actor;
        MessageDispatcher dispatcher = actor.Dispatcher;
        int left = Math.Max(1, dispatcher.Throughput);
        while (MayHandleUserMessages && MessageQueue.TryDequeue(out Envelope envelope))
        {
            actor.Invoke(envelope);
            HandleSystemMessages();
            // As in Akka.NET 1.5: one message more than the throughput, and only one in all where a deadline is set.
            if (left-- == 0 || dispatcher.ThroughputDeadlineTime is not null)
                return;
        }
    }

    private void HandleSystemMessages()
    {
        if (!HasSystemMessages)
            return;
        SystemMessage list = SystemDrain(null);
        while (list is not null && !IsClosed)
        {
            SystemMessage message = list;
            list = message.Next;
            message.Unlink();
            _actor.SystemInvoke(message);
            if (list is null && !IsClosed)
                list = SystemDrain(null);
        }

        // Closed in between: what is left goes to the dead letters, where late watchers get their answer.
        if (list is not null)
            SendToDeadLetters(list);
    }

    /// <summary>The actor is gone: closes the system queue and hands all that is left to the dead letters.</summary>
    public virtual void CleanUp()
    {
        if (_actor is null)
            return;
        SendToDeadLetters(SystemDrain(new NoMessage()));
        MessageQueue?.CleanUp(_actor.Self, _actor.Dispatcher.Mailboxes.DeadLetterMailbox.MessageQueue);
    }

    private void SendToDeadLetters(SystemMessage list)
    {
        DeadLetterMailbox deadLetters = _actor.Dispatcher.Mailboxes.DeadLetterMailbox;
        while (list is not null)
        {
            SystemMessage message = list;
            list = message.Next;
            message.Unlink();
            try
            {
                deadLetters.SystemEnqueue(_actor.Self, message);
            }
            catch (Exception e)
            {
                _actor.System.EventStream.Publish(
                    new Error(
                        e,
                        GetType().FullName,
                        GetType(),
                        $"error while enqueuing {message} to deadletters: {e.Message}"
                    )
                );
            }
        }
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        while (true)
        {
            SystemMessage head = Volatile.Read(ref _systemMessages);
            if (head is NoMessage)
            {
                _actor?.Dispatcher.Mailboxes.DeadLetterMailbox.SystemEnqueue(receiver, message);
                return;
            }

            message.Next = head;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _systemMessages, message, head), head))
                return;
            message.Unlink();
        }
    }

    /// <summary>Takes all system messages, oldest first.</summary>
    internal virtual SystemMessage SystemDrain(SystemMessage newContents)
    {
        SystemMessage head;
        do
        {
            head = Volatile.Read(ref _systemMessages);
            if (head is NoMessage)
                return null;
        } while (!ReferenceEquals(Interlocked.CompareExchange(ref _systemMessages, newContents, head), head));

        SystemMessage oldestFirst = null;
        while (head is not null)
        {
            SystemMessage next = head.Next;
            head.Next = oldestFirst;
            oldestFirst = head;
            head = next;
        }

        return oldestFirst;
    }

    private bool Update(int expected, int next) =>
#pragma warning disable CS0420 // Interlocked is volatile enough.
        Interlocked.CompareExchange(ref _status, next, expected) == expected;
#pragma warning restore CS0420
}
