using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Pattern;

namespace Akka.Actor;

/// <summary>
/// The ref of an actor that was created from outside, below a guardian. In Akka.NET its cell is put in place only when
/// the guardian has taken notice; here the guardian's children are registered by the creating thread, so the actor can
/// start at once.
/// </summary>
public class RepointableActorRef : ActorRefWithCell, IRepointableRef
{
    protected readonly ActorSystemImpl System;

    protected readonly Props Props;

    protected readonly MessageDispatcher Dispatcher;

    protected readonly IInternalActorRef Supervisor;

    protected readonly ActorPath _path;

    private readonly MailboxType _mailboxType;
    private ActorCell _cell;
    private volatile bool _started;

    public RepointableActorRef(
        ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path
    )
    {
        System = system;
        Props = props;
        Dispatcher = dispatcher;
        _mailboxType = mailboxType;
        Supervisor = supervisor;
        _path = path;
    }

    public override ICell Underlying => _cell;

    public override bool IsTerminated => _cell.IsTerminated;

    public override ActorPath Path => _path;

    public override IInternalActorRef Parent => Supervisor;

    public override IActorRefProvider Provider => System.Provider;

    public override bool IsLocal => true;

    public bool IsStarted => _started;

    public override IEnumerable<IActorRef> Children => _cell.GetChildren();

    public RepointableActorRef Initialize(bool async)
    {
        if (_cell is not null)
            throw new IllegalStateException("initialize called more than once!");
        _cell = NewCell();
        return this;
    }

    protected virtual ActorCell NewCell()
    {
        var cell = new ActorCell(System, this, Props, Dispatcher, Supervisor);
        _cell = cell;
        cell.Init(sendSupervise: false, _mailboxType);
        return cell;
    }

    public override void Start()
    {
        _cell.Start();
        _started = true;
    }

    public override void Suspend() => _cell.Suspend();

    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    public override void Resume(Exception causedByFailure = null) => _cell.Resume(causedByFailure);

    public override void Stop() => _cell.Stop();

    public override void Restart(Exception cause) => _cell.Restart(cause);

    protected override void TellInternal(object message, IActorRef sender) => _cell.SendMessage(sender, message);

    public override IActorRef GetChild(IReadOnlyList<string> name) => Walk(this, name);

    public override IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);
}
