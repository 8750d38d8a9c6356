using System;
using System.Collections.Generic;
using System.Linq;
using System.Linq.Expressions;
using System.Reflection;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Makes instances of actors; for containers and other special needs.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }

    ActorBase Produce();

    void Release(ActorBase actor);
}

/// <summary>The recipe for an actor: how to build it and where to run it. Immutable, and reused for every restart.</summary>
public class Props : IEquatable<Props>
{
    public static readonly Props None;

    private static readonly Deploy DefaultDeploy = new();

    private readonly IIndirectActorProducer _producer;

    protected Props()
        : this(NoProducer.Instance, DefaultDeploy, []) { }

    protected Props(Props copy)
        : this(copy._producer, copy.Deploy, copy.Arguments)
    {
        SupervisorStrategy = copy.SupervisorStrategy;
    }

    public Props(Type type, object[] args)
        : this(DefaultDeploy, type, args) { }

    public Props(Type type)
        : this(DefaultDeploy, type, []) { }

    public Props(Type type, SupervisorStrategy supervisorStrategy, IEnumerable<object> args)
        : this(DefaultDeploy, type, args.ToArray())
    {
        SupervisorStrategy = supervisorStrategy;
    }

    public Props(Type type, SupervisorStrategy supervisorStrategy, params object[] args)
        : this(DefaultDeploy, type, args)
    {
        SupervisorStrategy = supervisorStrategy;
    }

    public Props(Deploy deploy, Type type, IEnumerable<object> args)
        : this(deploy, type, args.ToArray()) { }

    public Props(Deploy deploy, Type type, params object[] args)
        : this(ProducerFor(type, args), deploy, args) { }

    private Props(IIndirectActorProducer producer, Deploy deploy, object[] args)
    {
        _producer = producer;
        Deploy = deploy;
        Arguments = args ?? [];
    }

    public Type Type => _producer.ActorType;

    public string TypeName => Type.AssemblyQualifiedName;

    public string Dispatcher =>
        string.Equals(Deploy.Dispatcher, Deploy.NoDispatcherGiven, StringComparison.Ordinal)
            ? Dispatchers.DefaultDispatcherId
            : Deploy.Dispatcher;

    public string Mailbox => Deploy.Mailbox;

    public Deploy Deploy { get; protected set; }

    public SupervisorStrategy SupervisorStrategy { get; protected set; }

    public object[] Arguments { get; }

    public static Props Empty { get; } = Create<EmptyActor>();

    /// <summary>
    /// From <c>() =&gt; new X(a, b)</c>: the arguments are evaluated now, once; the constructor runs for every instance.
    /// Anything but a plain <c>new</c> is called as a whole for every instance.
    /// </summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        switch (factory.Body)
        {
            case UnaryExpression:
                return new Props(new FactoryProducer<TActor>(factory.Compile()), DefaultDeploy, []);
            case NewExpression { Constructor: null }:
                throw new ArgumentException("The create function must call a constructor", nameof(factory));
            default:
                var creation = (NewExpression)factory.Body;
                object[] args =
                    creation.Arguments.Count == 0 ? [] : creation.Arguments.Select(ExpressionValue.Of).ToArray();
                return new Props(
                    new ConstructorProducer(typeof(TActor), args, creation.Constructor),
                    DefaultDeploy,
                    args
                )
                {
                    SupervisorStrategy = supervisorStrategy,
                };
        }
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(new ConstructorProducer(typeof(TActor), args), DefaultDeploy, args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() =>
        new(new ConstructorProducer(typeof(TActor), []), DefaultDeploy, []) { SupervisorStrategy = supervisorStrategy };

    public static Props Create(Type type, params object[] args) => new(type, args);

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) =>
        new(producer, DefaultDeploy, args);

    public Props WithMailbox(string mailbox) => With(Deploy.WithMailbox(mailbox));

    public Props WithDispatcher(string dispatcher) => With(Deploy.WithDispatcher(dispatcher));

    public Props WithStashCapacity(int stashCapacity) => With(Deploy.WithStashCapacity(stashCapacity));

    public Props WithDeploy(Deploy deploy) => With(deploy.WithFallback(Deploy));

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        Props copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    /// <summary>Builds an instance; only a cell calls this.</summary>
    public virtual ActorBase NewActor()
    {
        if (_producer is IUnwrappedProducer)
            return _producer.Produce();
        try
        {
            return _producer.Produce();
        }
        catch (Exception e)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: "
                    + $"({string.Join(',', Arguments.Select(a => a?.ToString() ?? "null"))})",
                e
            );
        }
    }

    protected virtual Props Copy() => new(_producer, Deploy, Arguments) { SupervisorStrategy = SupervisorStrategy };

    internal void Release(ActorBase actor) => _producer.Release(actor);

    public bool Equals(Props other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && Deploy.Equals(other.Deploy)
            && Type == other.Type
            && Arguments.Length == other.Arguments.Length
        );

    public override bool Equals(object obj) => obj?.GetType() == GetType() && Equals((Props)obj);

    public override int GetHashCode() => HashCode.Combine(Deploy.Dispatcher, Deploy.Mailbox, Type);

    private Props With(Deploy deploy)
    {
        Props copy = Copy();
        copy.Deploy = deploy;
        return copy;
    }

    private static IIndirectActorProducer ProducerFor(Type type, object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (typeof(ActorBase).IsAssignableFrom(type))
            return new ConstructorProducer(type, args);
        if (typeof(IIndirectActorProducer).IsAssignableFrom(type))
            return (IIndirectActorProducer)Activator.CreateInstance(type, args);
        throw new ArgumentException($"Unknown actor producer [{type.FullName}]", nameof(type));
    }

    /// <summary>Its exceptions go to the cell as they are.</summary>
    private interface IUnwrappedProducer { }

    private sealed class NoProducer : IIndirectActorProducer
    {
        public static readonly NoProducer Instance = new();

        public Type ActorType => typeof(ActorBase);

        public ActorBase Produce() => throw new InvalidOperationException("No actor producer specified!");

        public void Release(ActorBase actor) { }
    }

    private sealed class FactoryProducer<TActor> : IIndirectActorProducer, IUnwrappedProducer
        where TActor : ActorBase
    {
        private readonly Func<TActor> _factory;

        public FactoryProducer(Func<TActor> factory)
        {
            _factory = factory;
        }

        public Type ActorType => typeof(TActor);

        public ActorBase Produce() => _factory();

        public void Release(ActorBase actor) { }
    }

    private sealed class ConstructorProducer : IIndirectActorProducer
    {
        private readonly object[] _args;
        private readonly ConstructorInvoker _invoker;

        public ConstructorProducer(Type actorType, object[] args, ConstructorInfo constructor = null)
        {
            ActorType = actorType;
            _args = args ?? [];
            // Only a public constructor, as the activator has it.
            constructor ??= OnlyFitting(actorType, _args);
            if (constructor is { IsPublic: true } && !actorType.IsAbstract)
                _invoker = ActorConstructors.InvokerOf(constructor);
        }

        public Type ActorType { get; }

        public ActorBase Produce()
        {
            if (_invoker is null)
                return (ActorBase)Activator.CreateInstance(ActorType, _args);
            try
            {
                return (ActorBase)_invoker.Invoke(_args.AsSpan());
            }
            catch (Exception e)
            {
                // Users unwrap what the activator would have wrapped.
                throw new TargetInvocationException(e);
            }
        }

        public void Release(ActorBase actor) { }

        private static ConstructorInfo OnlyFitting(Type type, object[] args)
        {
            if (args.Length == 0)
                return type.GetConstructor(Type.EmptyTypes);
            ConstructorInfo found = null;
            foreach (ConstructorInfo candidate in type.GetConstructors())
            {
                ParameterInfo[] parameters = candidate.GetParameters();
                if (parameters.Length != args.Length)
                    continue;
                // Overloads are the activator's business.
                if (found is not null)
                    return null;
                found = candidate;
                for (int i = 0; i < args.Length; i++)
                {
                    if (!parameters[i].ParameterType.IsInstanceOfType(args[i]))
                        return null;
                }
            }

            return found;
        }
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) { }
    }
}

/// <summary>The props of a cell whose actor has stopped.</summary>
public class TerminatedProps : Props
{
    internal static readonly TerminatedProps Instance = new();

    public override ActorBase NewActor() => throw new InvalidOperationException("This actor has been terminated");
}
