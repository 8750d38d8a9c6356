using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The kernel's side of an actor: it survives the instances, has the mailbox, the behaviour, the children, the watches
/// and the state of failure. Unless said otherwise, everything here belongs to the thread that runs the mailbox.
/// </summary>
public partial class ActorCell : IUntypedActorContext, ICell
{
    /// <summary>The uid of a path that names no particular incarnation.</summary>
    public const int UndefinedUid = 0;

    private static long _lastUid = Random.Shared.Next();

    private readonly ActorSystemImpl _systemImpl;
    private readonly IInternalActorRef _self;
    private Props _props;
    private ActorBase _actor;
    private bool _actorHasBeenCleared;
    private volatile Mailbox _mailbox;
    private ActorTaskScheduler _taskScheduler;

    private Receive _behavior;
    private Stack<Receive> _formerBehaviors;

    public ActorCell(
        ActorSystemImpl system,
        IInternalActorRef self,
        Props props,
        MessageDispatcher dispatcher,
        IInternalActorRef parent
    )
    {
        _systemImpl = system;
        _self = self;
        _props = props;
        Dispatcher = dispatcher;
        Parent = parent;
    }

    public object CurrentMessage { get; internal set; }

    public Mailbox Mailbox => _mailbox;

    public MessageDispatcher Dispatcher { get; }

    public bool IsLocal => true;

    public bool IsTerminated => _mailbox.IsClosed;

    public ActorSystem System => _systemImpl;

    public ActorSystemImpl SystemImpl => _systemImpl;

    public Props Props => _props;

    public IActorRef Self => _self;

    public IInternalActorRef Parent { get; }

    public IActorRef Sender { get; private set; }

    public bool HasMessages => _mailbox.HasMessages;

    public int NumberOfMessages => _mailbox.NumberOfMessages;

    IActorRef IActorContext.Parent => Parent;

    internal ActorBase Actor => _actor;

    internal bool ActorHasBeenCleared => _actorHasBeenCleared;

    internal static ActorCell Current => InternalCurrentActorCellKeeper.Current;

    public virtual ActorTaskScheduler TaskScheduler
    {
        get
        {
            ActorTaskScheduler present = Volatile.Read(ref _taskScheduler);
            if (present is not null)
                return present;
            var fresh = new ActorTaskScheduler(this);
            return Interlocked.CompareExchange(ref _taskScheduler, fresh, null) ?? fresh;
        }
    }

    /// <summary>Makes the mailbox and puts <see cref="Create"/> into it, so that nothing can come before it.</summary>
    public void Init(bool sendSupervise, MailboxType mailboxType)
    {
        var mailbox = new Mailbox(mailboxType.Create(_self, _systemImpl));
        Type required = _systemImpl.Mailboxes.GetRequiredType(_props.Type);
        ActorInitializationException failure = null;
        if (
            required is not null
            && !required.IsInstanceOfType(mailbox.MessageQueue)
            && _systemImpl.Mailboxes.ProducesMessageQueue(mailboxType.GetType())
        )
        {
            string got = mailbox.MessageQueue?.GetType().FullName ?? "null";
            failure = new ActorInitializationException(
                _self,
                $"Actor [{_self}] requires mailbox type [{required}] got [{got}]"
            );
        }

        _mailbox = mailbox;
        mailbox.SetActor(this);
        mailbox.SystemEnqueue(_self, new Create(failure));
        if (sendSupervise)
            Parent.SendSystemMessage(new Supervise(_self, async: false));
    }

    public virtual void Start() => Dispatcher.Attach(this);

    protected virtual void PreStart() { }

    public void Suspend() => SendSystemMessage(new Suspend());

    public void Resume(Exception causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    public void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public void Stop() => SendSystemMessage(new Terminate());

    public virtual void SendMessage(IActorRef sender, object message) =>
        SendMessage(new Envelope(message, sender, _systemImpl));

    public virtual void SendMessage(Envelope message)
    {
        try
        {
            Dispatcher.Dispatch(this, message);
        }
        catch (Exception e)
        {
            PublishSwallowed(e);
        }
    }

    public virtual void SendSystemMessage(ISystemMessage systemMessage)
    {
        try
        {
            Dispatcher.SystemDispatch(this, (SystemMessage)systemMessage);
        }
        catch (Exception e)
        {
            PublishSwallowed(e);
        }
    }

    public ActorSelection ActorSelection(string path) => Akka.Actor.ActorSelection.From(path, _systemImpl, _self);

    public ActorSelection ActorSelection(ActorPath path) => Akka.Actor.ActorSelection.From(path, _systemImpl);

    public void Become(Receive receive)
    {
        // As in 1.5, what the actor began with is never replaced: it stays at the bottom of the stack.
        if (_formerBehaviors is { Count: > 0 })
            _behavior = receive;
        else
            BecomeStacked(receive);
    }

    public void BecomeStacked(Receive receive)
    {
        if (_behavior is not null)
        {
            (_formerBehaviors ??= new Stack<Receive>()).Push(_behavior);
            _remembersUnwatch = true;
        }

        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        if (_formerBehaviors is { Count: > 0 })
            _behavior = _formerBehaviors.Pop();
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Handling(receive));

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Handling(receive));

    /// <summary>Runs the action as if this actor were running on the calling thread.</summary>
    public void UseThreadContext(Action action)
    {
        ActorCell outer = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            action();
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = outer;
        }
    }

    public static IActorRef GetCurrentSelfOrNoSender() => Current?._self;

    public static IActorRef GetCurrentSenderOrNoSender() => Current?.Sender;

    protected virtual ActorBase CreateNewActorInstance()
    {
        ActorBase actor = _props.NewActor();
        if (actor is IActorStash { Stash: null } stashing)
            stashing.Stash = this.CreateStash(actor.GetType());
        if (actor is IInitializableActor initializable)
            initializable.Init();
        return actor;
    }

    protected void ClearActorCell()
    {
        _stashedSystemMessages = null;
        _props = TerminatedProps.Instance;
    }

    protected void ClearActor(ActorBase actor)
    {
        if (actor is not null)
        {
            if (actor is IDisposable disposable)
            {
                try
                {
                    disposable.Dispose();
                }
                catch (Exception e)
                {
                    _systemImpl.Log?.Error(
                        e,
                        "An error occurred while disposing {0} actor. Reason: {1}",
                        actor.GetType(),
                        e.Message
                    );
                }
            }

            _props.Release(actor);
            actor.Clear(_systemImpl.DeadLetters);
        }

        _actorHasBeenCleared = true;
        CurrentMessage = null;
        ClearBehavior();
    }

    protected void PrepareForNewActor()
    {
        ClearBehavior();
        _actorHasBeenCleared = false;
    }

    protected void SetActorFields(ActorBase actor) => actor?.Unclear();

    internal Mailbox SwapMailbox(Mailbox mailbox)
    {
        Mailbox former = _mailbox;
        _mailbox = mailbox;
        return former;
    }

    /// <summary>A child's name as it stands in a path: with or without <c>#uid</c>.</summary>
    internal static (string Name, long Uid) SplitNameAndUid(string name)
    {
        int fragment = name.IndexOf('#');
        return fragment < 0
            ? (name, UndefinedUid)
            : (
                name[..fragment],
                long.Parse(name.AsSpan(fragment + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            );
    }

    /// <summary>Counted, not drawn: no two incarnations in a process ever share a uid.</summary>
    internal static long NewUid()
    {
        long uid = Interlocked.Increment(ref _lastUid);
        return uid == UndefinedUid ? Interlocked.Increment(ref _lastUid) : uid;
    }

    private static Receive Handling(UntypedReceive receive) =>
        message =>
        {
            receive(message);
            return true;
        };

    private void ClearBehavior()
    {
        _behavior = null;
        _formerBehaviors?.Clear();
    }

    private ActorBase NewActor()
    {
        PrepareForNewActor();
        ActorCell outer = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            ActorBase instance = CreateNewActorInstance();
            instance.SupervisorStrategyInternal = _props.SupervisorStrategy;
            return instance;
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = outer;
        }
    }

    private Type ActorType => _actor?.GetType() ?? GetType();

    private void Publish(LogEvent logEvent)
    {
        try
        {
            _systemImpl.EventStream.Publish(logEvent);
        }
        catch (Exception)
        {
            // A cell must get through its life even where logging is broken.
        }
    }

    private void PublishSwallowed(Exception e) =>
        Publish(new Error(e, _self.Parent.ToString(), ActorType, "Swallowing exception during message send"));
}
