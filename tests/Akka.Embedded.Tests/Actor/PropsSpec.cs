using System;
using System.Reflection;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

public sealed class PropsSpec : KernelSpec
{
    [Fact]
    public void A_new_expression_is_built_with_arguments_evaluated_once()
    {
        var counter = new Counter();
        Props props = Props.Create(() => new Holder(counter.Next(), "text"));
        Assert.Equal(typeof(Holder), props.Type);
        Assert.Equal([1, "text"], props.Arguments);
        IActorRef actor = Sys.ActorOf(props);
        actor.Tell("get");
        ExpectMsg((1, "text"));
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        actor.Tell("get");
        ExpectMsg((1, "text"));
        Assert.Equal(2, counter.Next());
    }

    [Fact]
    public void Arguments_come_from_constants_locals_fields_conversions_and_calls()
    {
        string? nothing = null;
        short small = 3;
        foreach (
            (Props props, (int, string?) expected) in new (Props, (int, string?))[]
            {
                (Props.Create(() => new Holder(7, "constant")), (7, "constant")),
                (Props.Create(() => new Holder(small, nothing!)), (3, null)),
                (Props.Create(() => new Holder(small + 1, string.Concat("a", "b"))), (4, "ab")),
                (Props.Create(() => new Holder(Sys.Name.Length, Sys.Name)), (Sys.Name.Length, Sys.Name)),
            }
        )
        {
            Sys.ActorOf(props).Tell("get");
            ExpectMsg(expected);
        }
    }

    [Fact]
    public void A_type_with_arguments_finds_its_constructor()
    {
        foreach (
            Props props in new[]
            {
                Props.Create(typeof(Holder), 5, "x"),
                Props.Create<Holder>(5, "x"),
                new Props(typeof(Holder), new object[] { 5, "x" }),
            }
        )
        {
            Sys.ActorOf(props).Tell("get");
            ExpectMsg((5, "x"));
        }
    }

    [Fact]
    public void A_null_argument_finds_its_constructor()
    {
        Sys.ActorOf(Props.Create(typeof(Holder), 5, null)).Tell("get");
        ExpectMsg((5, (string?)null));
    }

    [Fact]
    public void A_converted_new_is_called_for_every_instance()
    {
        var counter = new Counter();
        Props props = Props.Create<ActorBase>(() => (ActorBase)new Holder(counter.Next(), "x"));
        Sys.ActorOf(props).Tell("get");
        ExpectMsg((1, "x"));
        Sys.ActorOf(props).Tell("get");
        ExpectMsg((2, "x"));
    }

    [Fact]
    public void Anything_but_new_is_refused()
    {
        Assert.Throws<InvalidCastException>(() => Props.Create(() => Make()));
        Assert.Throws<ArgumentException>(() => Props.Create(typeof(string)));
        Assert.Throws<ArgumentNullException>(() => Props.Create((Type)null!));
    }

    [Fact]
    public void With_makes_a_copy_and_leaves_the_original_alone()
    {
        Props props = Props.Create(() => new Echo());
        var strategy = new OneForOneStrategy(_ => Directive.Stop);
        Props changed = props
            .WithDispatcher("d")
            .WithMailbox("m")
            .WithStashCapacity(4)
            .WithSupervisorStrategy(strategy);
        Assert.Equal(Deploy.NoDispatcherGiven, props.Deploy.Dispatcher);
        Assert.Equal(Akka.Dispatch.Dispatchers.DefaultDispatcherId, props.Dispatcher);
        Assert.Equal(Deploy.NoMailboxGiven, props.Deploy.Mailbox);
        Assert.Null(props.SupervisorStrategy);
        Assert.Equal("d", changed.Dispatcher);
        Assert.Equal("d", changed.Deploy.Dispatcher);
        Assert.Equal("m", changed.Mailbox);
        Assert.Equal(4, changed.Deploy.StashCapacity);
        Assert.Same(strategy, changed.SupervisorStrategy);
        Assert.Equal(typeof(Echo), changed.Type);
    }

    [Fact]
    public void A_deploy_given_later_wins_where_it_says_something()
    {
        Props props = Props
            .Create(() => new Echo())
            .WithDispatcher("d")
            .WithMailbox("m")
            .WithDeploy(new Deploy().WithMailbox("other"));
        Assert.Equal("d", props.Deploy.Dispatcher);
        Assert.Equal("other", props.Deploy.Mailbox);
    }

    [Fact]
    public void A_constructor_that_throws_is_an_initialization_failure_with_its_cause()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Throwing()));
        Watch(actor);
        Error error = FishForMessage<Error>(_ => true, Soon);
        ActorInitializationException failure = Assert.IsType<ActorInitializationException>(error.Cause);
        Assert.Equal(actor, failure.Actor);
        TypeLoadException load = Assert.IsType<TypeLoadException>(failure.InnerException);
        TargetInvocationException invocation = Assert.IsType<TargetInvocationException>(load.InnerException);
        Assert.IsType<NotSupportedException>(invocation.InnerException);
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_producer_makes_the_actor_and_gets_it_back()
    {
        var producer = new Producer(TestActor);
        IActorRef actor = Sys.ActorOf(Props.CreateBy(producer));
        actor.Tell("hi");
        ExpectMsg("hi");
        Sys.Stop(actor);
        ExpectMsg("released");
    }

    private sealed class Counter
    {
        private int _value;

        public int Next() => ++_value;
    }

    private static Holder Make() => throw new NotSupportedException();

    private sealed class Holder : UntypedActor
    {
        private readonly (int, string?) _held;

        public Holder(int number, string text)
        {
            _held = (number, text);
        }

        protected override void OnReceive(object message)
        {
            if (message is "fail")
                throw new InvalidOperationException("fail");
            Sender.Tell(_held);
        }
    }

    private sealed class Throwing : UntypedActor
    {
        public Throwing()
        {
            throw new NotSupportedException("cannot be built");
        }

        protected override void OnReceive(object message) { }
    }

    private sealed class Producer : IIndirectActorProducer
    {
        private readonly IActorRef _log;

        public Producer(IActorRef log)
        {
            _log = log;
        }

        public Type ActorType => typeof(Echo);

        public ActorBase Produce() => new Echo();

        public void Release(ActorBase actor) => _log.Tell("released");
    }
}
