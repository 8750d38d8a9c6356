using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Makes refs and finds them, and owns the guardians.</summary>
public interface IActorRefProvider
{
    IInternalActorRef RootGuardian { get; }

    LocalActorRef Guardian { get; }

    LocalActorRef SystemGuardian { get; }

    IActorRef DeadLetters { get; }

    IActorRef IgnoreRef { get; }

    ActorPath RootPath { get; }

    Settings Settings { get; }

    Deployer Deployer { get; }

    IInternalActorRef TempContainer { get; }

    Task TerminationTask { get; }

    Address DefaultAddress { get; }

    IActorRef RootGuardianAt(Address address);

    void Init(ActorSystemImpl system);

    ActorPath TempPath();

    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    void UnregisterTempActor(ActorPath path);

    FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs);

    IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async
    );

    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);

    Address GetExternalAddressFor(Address address);
}

/// <summary>The provider of a system that speaks to no other.</summary>
public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly EventStream _eventStream;
    private readonly RootActorPath _rootPath;
    private readonly ActorPath _tempNode;
    private readonly DeadLetterActorRef _deadLetters;
    private readonly TaskCompletionSource<Status> _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, IInternalActorRef> _extraNames = new(StringComparer.Ordinal);

    private ActorSystemImpl _system;
    private RootGuardianActorRef _rootGuardian;
    private VirtualPathContainer _tempContainer;
    private long _tempNumber;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        Settings = settings;
        _eventStream = eventStream;
        Deployer = new Deployer(settings);
        _rootPath = new RootActorPath(new Address("akka", systemName));
        _tempNode = _rootPath / "temp";
        Log = Logging.GetLogger(eventStream, $"LocalActorRefProvider({_rootPath.Address})");
        _deadLetters = new DeadLetterActorRef(this, _rootPath / "deadLetters", eventStream);
        IgnoreRef = new IgnoreActorRef(this);
    }

    public IActorRef DeadLetters => _deadLetters;

    public IActorRef IgnoreRef { get; }

    public Deployer Deployer { get; }

    public IInternalActorRef RootGuardian => _rootGuardian;

    public ActorPath RootPath => _rootPath;

    public Settings Settings { get; }

    public LocalActorRef SystemGuardian { get; private set; }

    public LocalActorRef Guardian { get; private set; }

    public IInternalActorRef TempContainer => _tempContainer;

    public Task TerminationTask => _terminated.Task;

    public EventStream EventStream => _eventStream;

    public Address DefaultAddress => _rootPath.Address;

    public ILoggingAdapter Log { get; }

    public void Init(ActorSystemImpl system)
    {
        _system = system;
        MailboxType mailbox = system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId);
        MessageDispatcher dispatcher = system.Dispatchers.InternalDispatcher;

        var rootStrategy = new OneForOneStrategy(e =>
        {
            Log.Error(e, "Guardian failed. Shutting down system");
            return Directive.Stop;
        });
        _rootGuardian = new RootGuardianActorRef(
            system,
            Props.Create<GuardianActor>(rootStrategy),
            dispatcher,
            mailbox,
            new RootGuardianSupervisor(_rootPath, this, _terminated, Log),
            _rootPath,
            _deadLetters,
            _extraNames
        );
        _tempContainer = new VirtualPathContainer(this, _tempNode, _rootGuardian);
        _rootGuardian.SetTempContainer(_tempContainer);

        Props userProps = system.GuardianProps.HasValue
            ? system.GuardianProps.Value
            : Props.Create<GuardianActor>(
                SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create()
            );
        MessageDispatcher userDispatcher = system.GuardianProps.HasValue
            ? system.Dispatchers.Lookup(userProps.Dispatcher)
            : dispatcher;
        Guardian = StartGuardian(userProps, userDispatcher, mailbox, "user");
        Props systemProps = Props
            .Create<SystemGuardianActor>(Guardian)
            .WithSupervisorStrategy(SupervisorStrategy.DefaultStrategy);
        SystemGuardian = StartGuardian(systemProps, dispatcher, mailbox, "system");
        _rootGuardian.Start();

        // The order of going down: /user, then /system, then the root.
        SystemGuardian.SendSystemMessage(new Watch(Guardian, SystemGuardian));
        _rootGuardian.SendSystemMessage(new Watch(SystemGuardian, _rootGuardian));
        _eventStream.StartDefaultLoggers(_system);
    }

    public IActorRef RootGuardianAt(Address address) => address == _rootPath.Address ? _rootGuardian : _deadLetters;

    public ActorPath TempPath() =>
        new ChildActorPath(
            _tempNode,
            Base64Names.Encode(Interlocked.Increment(ref _tempNumber)),
            ActorCell.UndefinedUid
        );

    /// <summary>Makes a ref findable below the root.</summary>
    public void RegisterExtraName(string name, IInternalActorRef actor) => _extraNames.Add(name, actor);

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path)
    {
        CheckTemp(path);
        _tempContainer.AddChild(path.Name, actorRef);
    }

    public void UnregisterTempActor(ActorPath path)
    {
        CheckTemp(path);
        _tempContainer.RemoveChild(path.Name);
    }

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => new(tcs, TempPath(), this);

    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async
    )
    {
        Props deployed = Deployed(props, lookupDeploy ? Deployer.Lookup(path) : deploy);
        if (!system.Dispatchers.HasDispatcher(deployed.Dispatcher))
            throw new ConfigurationException($"Dispatcher [{deployed.Dispatcher}] not configured for path {path}");
        try
        {
            MessageDispatcher dispatcher = system.Dispatchers.Lookup(deployed.Dispatcher);
            MailboxType mailbox = system.Mailboxes.GetMailboxType(deployed, dispatcher.Configurator.Config);
            return async
                ? new RepointableActorRef(system, deployed, dispatcher, mailbox, supervisor, path).Initialize(async)
                : new LocalActorRef(system, deployed, dispatcher, mailbox, supervisor, path);
        }
        catch (Exception e)
        {
            throw new ConfigurationException(
                $"Configuration problem while creating [{path}] with dispatcher [{props.Dispatcher}] and mailbox [{props.Mailbox}]",
                e
            );
        }
    }

    public IActorRef ResolveActorRef(string path)
    {
        if (ActorPath.TryParse(path, out ActorPath parsed) && parsed.Address == _rootPath.Address)
            return Resolve(parsed);
        Log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return _deadLetters;
    }

    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (path.Root == _rootPath)
            return Resolve(path);
        Log.Debug("Resolve of foreign ActorPath [{0}] failed", path);
        return _deadLetters;
    }

    public Address GetExternalAddressFor(Address address) => address == _rootPath.Address ? address : null;

    private IActorRef Resolve(ActorPath path)
    {
        IReadOnlyList<string> names = path.Elements;
        if (names.Count == 0)
            return _deadLetters;
        IActorRef found = _rootGuardian.GetChild(names);
        if (!found.IsNobody())
            return found;
        Log.Debug("Resolve of path sequence [/{0}] failed", ActorPath.FormatPathElements(names));
        return new EmptyLocalActorRef(this, path, _eventStream);
    }

    private static Props Deployed(Props props, Deploy deploy)
    {
        if (deploy is null || ReferenceEquals(deploy, Deploy.None))
            return props;
        if (deploy.Mailbox.Length > 0)
            props = props.WithMailbox(deploy.Mailbox);
        if (deploy.Dispatcher.Length > 0)
            props = props.WithDispatcher(deploy.Dispatcher);
        if (deploy.StashCapacity != Deploy.NoStashSize)
            props = props.WithStashCapacity(deploy.StashCapacity);
        return props;
    }

    private LocalActorRef StartGuardian(Props props, MessageDispatcher dispatcher, MailboxType mailbox, string name)
    {
        ActorCell root = _rootGuardian.Cell;
        root.ReserveChild(name);
        var guardian = new LocalActorRef(_system, props, dispatcher, mailbox, _rootGuardian, _rootPath / name);
        root.InitChild(guardian);
        guardian.Start();
        return guardian;
    }

    private void CheckTemp(ActorPath path)
    {
        if (!ReferenceEquals(path.Parent, _tempNode) && path.Parent != _tempNode)
            throw new InvalidOperationException("A temporary ref must have a path obtained from TempPath()");
    }
}
