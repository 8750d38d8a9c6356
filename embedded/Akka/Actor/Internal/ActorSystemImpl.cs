using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>The actor system.</summary>
public class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly TerminationCallbacks _callbacks;
    private IActorRef _deadLetterListener;

    public ActorSystemImpl(string name)
        : this(name, ConfigurationFactory.Default(), ActorSystemSetup.Empty) { }

    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup, Option<Props>? guardianProps = null)
    {
        if (!IsValidName(name))
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')",
                nameof(name)
            );
        if (config is null)
            throw new ArgumentNullException(
                nameof(config),
                $"Cannot create {typeof(ActorSystemImpl)}: Configuration must not be null."
            );

        Name = name;
        GuardianProps = guardianProps ?? Option<Props>.None;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), Settings.LogFormatter);
        Scheduler = (IScheduler)
            Activator.CreateInstance(Type.GetType(Settings.SchedulerClass, throwOnError: true), Settings.Config, Log);
        Provider = new LocalActorRefProvider(name, Settings, EventStream);
        _callbacks = new TerminationCallbacks(Provider.TerminationTask);
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(
            this,
            new DefaultDispatcherPrerequisites(EventStream, Scheduler, Settings, Mailboxes),
            Log
        );
    }

    public override IActorRefProvider Provider { get; }

    public override Settings Settings { get; }

    public override string Name { get; }

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override IActorRef IgnoreRef => Provider.IgnoreRef;

    public override Dispatchers Dispatchers { get; }

    public override Mailboxes Mailboxes { get; }

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log { get; }

    public override IInternalActorRef Guardian => Provider.Guardian;

    public override IInternalActorRef LookupRoot => Provider.RootGuardian;

    public override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    /// <summary>The application's own actor for <c>/user</c>, if it has one.</summary>
    public Option<Props> GuardianProps { get; }

    public override Task WhenTerminated => _callbacks.Task;

    public void Start()
    {
        try
        {
            RegisterOnTermination(() => (Scheduler as IDisposable)?.Dispose());
            Provider.Init(this);
            LoadExtensions();
            if (Settings.LogDeadLetters > 0)
                _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
            EventStream.StartUnsubscriber(this);
            if (Settings.LogConfigOnStart)
                Log.Info(Settings.ToString());
        }
        catch (Exception)
        {
            try
            {
                Terminate();
            }
            catch (Exception)
            {
                (Scheduler as IDisposable)?.Dispose();
            }

            throw;
        }
    }

    public override IActorRef SystemActorOf(Props props, string name = null) =>
        Provider.SystemGuardian.Cell.AttachChild(props, isSystemService: true, name);

    public override IActorRef SystemActorOf<TActor>(string name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override IActorRef ActorOf(Props props, string name = null)
    {
        if (GuardianProps.HasValue)
            throw new InvalidOperationException(
                $"cannot create top-level actor {(string.IsNullOrEmpty(name) ? "" : $"[{name}] ")}from the outside on ActorSystem with custom user guardian"
            );
        return Provider.Guardian.Cell.AttachChild(props, isSystemService: false, name);
    }

    public override ActorSelection ActorSelection(ActorPath actorPath) =>
        Akka.Actor.ActorSelection.From(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) =>
        Akka.Actor.ActorSelection.From(actorPath, this, Provider.RootGuardian);

    public override object RegisterExtension(IExtensionId extension)
    {
        if (extension is null)
            return null;
        // Made once, also when two threads ask at the same time: the second waits for the first.
        _extensions.GetOrAdd(
            extension.ExtensionType,
            _ => new Lazy<object>(() => extension.CreateExtension(this), LazyThreadSafetyMode.ExecutionAndPublication)
        );
        return extension.Get(this);
    }

    public override object GetExtension(IExtensionId extensionId) =>
        TryGetExtension(extensionId.ExtensionType, out object extension) ? extension : null;

    public override T GetExtension<T>() => TryGetExtension(out T extension) ? extension : null;

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        bool found = _extensions.TryGetValue(extensionType, out Lazy<object> lazy);
        extension = lazy?.Value;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        bool found = TryGetExtension(typeof(T), out object untyped);
        extension = untyped as T;
        return found;
    }

    public override bool HasExtension(Type type) =>
        typeof(IExtension).IsAssignableFrom(type) && _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override void RegisterOnTermination(Action code) => _callbacks.Add(code);

    public override Task Terminate() =>
        Settings.CoordinatedShutdownRunByActorSystemTerminate
            ? CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
            : FinalTerminate();

    public override void Abort() => FinalTerminate();

    internal override Task FinalTerminate()
    {
        Log.Debug("System shutdown initiated");
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null)
            Stop(_deadLetterListener);
        Provider.Guardian.Stop();
        return WhenTerminated;
    }

    public override void Stop(IActorRef actor)
    {
        ActorPath parent = actor.Path.Parent;
        // Through the guardian, so that its list of children is right before the child is gone.
        if (parent == Provider.Guardian.Path)
            Provider.Guardian.Tell(new Dispatch.SysMsg.StopChild(actor));
        else if (parent == Provider.SystemGuardian.Path)
            Provider.SystemGuardian.Tell(new Dispatch.SysMsg.StopChild(actor));
        else
            ((IInternalActorRef)actor).Stop();
    }

    public override string ToString() => LookupRoot.Path.Root.Address.ToString();

    private static bool IsValidName(string name)
    {
        if (string.IsNullOrEmpty(name) || name[0] == '-')
            return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    private void LoadExtensions()
    {
        var ids = new List<IExtensionId>();
        foreach (string typeName in Settings.Config.GetStringList("akka.extensions", []))
        {
            Type type = Type.GetType(typeName);
            if (type is not { IsAbstract: false, IsClass: true } || !typeof(IExtensionId).IsAssignableFrom(type))
            {
                Log.Error("[{0}] is not an 'ExtensionId', skipping...", typeName);
                continue;
            }

            try
            {
                ids.Add((IExtensionId)Activator.CreateInstance(type));
            }
            catch (Exception e)
            {
                Log.Error(e, "While trying to load extension [{0}], skipping...", typeName);
            }
        }

        foreach (IExtensionId id in ids)
            RegisterExtension(id);
    }

    /// <summary>Runs the callbacks one after the other, the last one registered first, when the root is gone.</summary>
    private sealed class TerminationCallbacks
    {
        private readonly Lock _gate = new();
        private readonly Stack<Action> _callbacks = new();
        private bool _closed;

        public TerminationCallbacks(Task actorsAreGone)
        {
            Task = actorsAreGone.ContinueWith(
                _ => RunAll(),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
        }

        public Task Task { get; }

        public void Add(Action code)
        {
            lock (_gate)
            {
                if (_closed)
                    throw new InvalidOperationException("ActorSystem already terminated.");
                _callbacks.Push(code);
            }
        }

        private void RunAll()
        {
            lock (_gate)
                _closed = true;
            while (_callbacks.TryPop(out Action code))
            {
                try
                {
                    code();
                }
                catch (Exception)
                {
                    // Each has its own resources to free; none may keep the others from it.
                }
            }
        }
    }
}
