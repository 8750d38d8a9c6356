using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor
{
    /// <summary>Messages an actor keeps for later.</summary>
    public interface IStash
    {
        int Count { get; }

        bool IsEmpty { get; }

        bool NonEmpty { get; }

        bool IsFull { get; }

        int Capacity { get; }

        /// <summary>Keeps the message that is being handled.</summary>
        void Stash();

        /// <summary>Puts the oldest back in front of the mailbox.</summary>
        void Unstash();

        /// <summary>Puts all back in front of the mailbox, in their order.</summary>
        void UnstashAll();

        void UnstashAll(Func<Envelope, bool> predicate);

        IEnumerable<Envelope> ClearStash();

        void Prepend(IEnumerable<Envelope> envelopes);
    }

    /// <summary>An actor with a stash; the kernel sets it before PreStart.</summary>
    public interface IActorStash
    {
        IStash Stash { get; set; }
    }

    /// <summary>With a stash over whatever deque the actor is given.</summary>
    public interface IWithUnrestrictedStash : IActorStash { }

    /// <summary>With a stash, whose capacity the configuration may limit.</summary>
    public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics> { }

    /// <summary>With a stash without limit.</summary>
    public interface IWithUnboundedStash
        : IWithUnrestrictedStash,
            IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics> { }

    /// <summary>An <see cref="UntypedActor"/> with <see cref="IWithStash"/>.</summary>
    public abstract class UntypedActorWithStash : UntypedActor, IWithStash
    {
        public IStash Stash { get; set; }
    }

    /// <summary>An <see cref="UntypedActor"/> with <see cref="IWithUnboundedStash"/>.</summary>
    public abstract class UntypedActorWithUnboundedStash : UntypedActor, IWithUnboundedStash
    {
        public IStash Stash { get; set; }
    }

    /// <summary>The stash is full.</summary>
    public class StashOverflowException : AkkaException
    {
        public StashOverflowException(string message, Exception cause = null)
            : base(message, cause) { }
    }

    /// <summary>Makes the stash that fits an actor.</summary>
    public static class StashFactory
    {
        public static IStash CreateStash<T>(this IActorContext context)
            where T : ActorBase => context.CreateStash(typeof(T));

        public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) =>
            context.CreateStash(actorInstance.GetType());

        public static IStash CreateStash(this IActorContext context, Type actorType)
        {
            if (typeof(IWithUnboundedStash).IsAssignableFrom(actorType))
                return new UnboundedStashImpl(context);
            if (typeof(IActorStash).IsAssignableFrom(actorType))
                return new BoundedStashImpl(context);
            throw new ArgumentException(
                $"Actor {actorType} implements an unrecognized subclass of {typeof(IActorStash)} - cannot instantiate",
                nameof(actorType)
            );
        }
    }
}

namespace Akka.Actor.Internal
{
    /// <summary>The stash over the actor's deque.</summary>
    public abstract class AbstractStash : IStash
    {
        private readonly ActorCell _cell;
        private readonly IDequeBasedMessageQueueSemantics _mailbox;
        private List<Envelope> _stashed = [];
        private int _lastEnvelopeId;

        protected AbstractStash(IActorContext context)
        {
            _cell = (ActorCell)context;
            _mailbox =
                _cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics
                ?? throw new ActorInitializationException(
                    _cell.Self,
                    $"DequeBasedMailbox required, got: {_cell.Mailbox.GetType().Name}\n"
                        + "An (unbounded) deque-based mailbox can be configured as follows:\n"
                        + "my-custom-mailbox {\n"
                        + " mailbox-type = \"Akka.Dispatch.UnboundedDequeBasedMailbox\"\n"
                        + "}\n"
                );
            Props props = _cell.Props;
            Capacity =
                props.Deploy.StashCapacity == Deploy.NoStashSize
                    ? _cell.System.Mailboxes.StashCapacity(props.Dispatcher, props.Mailbox)
                    : props.Deploy.StashCapacity;
        }

        public int Count => _stashed.Count;

        public bool IsEmpty => _stashed.Count == 0;

        public bool NonEmpty => _stashed.Count > 0;

        public bool IsFull => Capacity >= 0 && _stashed.Count >= Capacity;

        public virtual int Capacity { get; }

        public void Stash()
        {
            object message = _cell.CurrentMessage;
            if (_cell.CurrentEnvelopeId == _lastEnvelopeId)
                throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
            _lastEnvelopeId = _cell.CurrentEnvelopeId;
            if (Capacity > 0 && _stashed.Count >= Capacity)
                throw new StashOverflowException(
                    $"Couldn't enqueue message {message} from {_cell.Sender} to stash of {_cell.Self}"
                );
            _stashed.Add(new Envelope(message, _cell.Sender));
        }

        public void Unstash()
        {
            if (_stashed.Count == 0)
                return;
            Envelope oldest = _stashed[0];
            _stashed.RemoveAt(0);
            PutBack(oldest);
        }

        public void UnstashAll() => UnstashAll(static _ => true);

        public void UnstashAll(Func<Envelope, bool> filterPredicate)
        {
            List<Envelope> all = _stashed;
            if (all.Count == 0)
                return;
            _stashed = [];
            for (int i = all.Count - 1; i >= 0; i--)
            {
                if (filterPredicate(all[i]))
                    PutBack(all[i]);
            }
        }

        public IEnumerable<Envelope> ClearStash()
        {
            List<Envelope> all = _stashed;
            _stashed = [];
            return all;
        }

        public void Prepend(IEnumerable<Envelope> envelopes) => _stashed.InsertRange(0, envelopes.Distinct());

        private void PutBack(Envelope envelope)
        {
            _mailbox.EnqueueFirst(envelope);
            // The cell lets a Terminated through only where it knows of it.
            if (envelope.Message is Terminated terminated)
                _cell.TerminatedQueuedFor(terminated.ActorRef, Util.Option<object>.None);
        }
    }

    /// <summary>A stash whose capacity comes from deployment or configuration.</summary>
    public class BoundedStashImpl : AbstractStash
    {
        public BoundedStashImpl(IActorContext context)
            : base(context) { }
    }

    /// <summary>A stash without limit.</summary>
    public class UnboundedStashImpl : AbstractStash
    {
        public UnboundedStashImpl(IActorContext context)
            : base(context) { }

        public override int Capacity => Deploy.NoStashSize;
    }
}
