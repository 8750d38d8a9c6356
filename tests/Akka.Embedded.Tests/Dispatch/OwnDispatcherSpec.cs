using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Xunit;

namespace Akka.Embedded.Tests.Dispatch;

/// <summary>A dispatcher written outside of Akka, as an event loop has it: the test runs its work step by step.</summary>
public sealed class OwnDispatcherSpec : KernelSpec
{
    private readonly StepDispatcher _dispatcher;

    public OwnDispatcherSpec()
    {
        var configurator = new StepConfigurator(Sys.Dispatchers.Prerequisites);
        Assert.True(Sys.Dispatchers.RegisterConfigurator("own-step", configurator));
        _dispatcher = configurator.Instance;
    }

    protected override void AfterAll()
    {
        _dispatcher.LetGo();
        base.AfterAll();
    }

    [Fact]
    public void A_dispatcher_registered_while_the_system_lives_is_found()
    {
        Assert.True(Sys.Dispatchers.HasDispatcher("own-step"));
        Assert.Same(_dispatcher, Sys.Dispatchers.Lookup("own-step"));
        Assert.False(Sys.Dispatchers.HasDispatcher("own-other"));
        Assert.False(
            Sys.Dispatchers.RegisterConfigurator("own-step", new StepConfigurator(Sys.Dispatchers.Prerequisites))
        );
    }

    [Fact]
    public void An_actor_does_nothing_until_the_dispatcher_runs_its_mailbox()
    {
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Echo()));
        actor.Tell("hello");
        ExpectNoMsg(AWhile);
        _dispatcher.RunAll();
        ExpectMsg("hello");
    }

    [Fact]
    public void A_mailbox_is_given_to_the_dispatcher_once_however_much_is_in_it()
    {
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Echo()));
        _dispatcher.RunAll();
        for (int i = 0; i < 10; i++)
            actor.Tell(i);
        Assert.Equal(1, _dispatcher.Waiting);
        _dispatcher.RunAll();
        for (int i = 0; i < 10; i++)
            ExpectMsg(i);
    }

    [Fact]
    public void A_mailbox_that_runs_is_not_given_to_the_dispatcher_again_before_it_is_done()
    {
        var waitingInside = new List<int>();
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Puppet()));
        _dispatcher.RunAll();
        actor.Tell(
            Do(context =>
            {
                for (int i = 0; i < 100; i++)
                    context.Self.Tell(Do(_ => { }));
                ((IInternalActorRef)context.Self).SendSystemMessage(new Suspend());
                waitingInside.Add(_dispatcher.Waiting);
                ((IInternalActorRef)context.Self).SendSystemMessage(new Resume(null));
            })
        );
        _dispatcher.RunOne();
        Assert.Equal([0], waitingInside);
        Assert.Equal(1, _dispatcher.Waiting);
        _dispatcher.RunAll();
    }

    [Fact]
    public void System_messages_come_before_user_messages()
    {
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Echo()));
        _dispatcher.RunAll();
        actor.Tell("never");
        Watch(actor);
        Sys.Stop(actor);
        // The guardian, on its own dispatcher, passes the stop on.
        AwaitAssert(() =>
        {
            _dispatcher.RunAll();
            ExpectMsg<Terminated>(TimeSpan.FromMilliseconds(100));
        });
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void After_the_throughput_others_get_their_turn()
    {
        IActorRef busy = OnOwnDispatcher(Props.Create(() => new Echo()));
        IActorRef other = OnOwnDispatcher(Props.Create(() => new Echo()));
        _dispatcher.RunAll();
        _dispatcher.Throughput = 5;
        for (int i = 0; i < 12; i++)
            busy.Tell(i);
        other.Tell("other");
        _dispatcher.RunOne();
        // 1.5 handles one message more than the throughput in a run.
        for (int i = 0; i < 6; i++)
            ExpectMsg(i);
        ExpectNoMsg(AWhile);
        _dispatcher.RunOne();
        ExpectMsg("other");
        _dispatcher.RunAll();
        for (int i = 6; i < 12; i++)
            ExpectMsg(i);
    }

    [Fact]
    public void A_mailbox_that_runs_inside_another_leaves_the_outer_actor_current()
    {
        IActorRef outer = OnOwnDispatcher(Props.Create(() => new Puppet()), "outer");
        IActorRef inner = OnOwnDispatcher(Props.Create(() => new Puppet()), "inner");
        _dispatcher.RunAll();
        var seen = new List<string>();
        inner.Tell(Do(context => seen.Add(ActorCell.GetCurrentSelfOrNoSender().Path.Name)));
        outer.Tell(
            Do(context =>
            {
                seen.Add(ActorCell.GetCurrentSelfOrNoSender().Path.Name);
                _dispatcher.RunAll();
                seen.Add(ActorCell.GetCurrentSelfOrNoSender().Path.Name);
                TestActor.Tell("from outer");
            })
        );
        // The inner mailbox waits in front of the outer one: put it behind.
        _dispatcher.Rotate();
        _dispatcher.RunOne();
        Assert.Equal(["outer", "inner", "outer"], seen);
        ExpectMsg("from outer");
        Assert.Equal(outer, LastSender);
    }

    [Fact]
    public void An_emptied_dispatcher_is_shut_down_after_its_timeout_and_may_be_used_again()
    {
        Assert.Equal(0, _dispatcher.Residents);
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Echo()));
        Assert.Equal(1, _dispatcher.Residents);
        _dispatcher.RunAll();
        Assert.Equal(0, _dispatcher.Shutdowns);
        actor.Tell(PoisonPill.Instance);
        AwaitAssert(() =>
        {
            _dispatcher.RunAll();
            Assert.Equal(0, _dispatcher.Residents);
        });
        AwaitAssert(() => Assert.Equal(1, _dispatcher.Shutdowns));
        IActorRef next = OnOwnDispatcher(Props.Create(() => new Echo()));
        next.Tell("again");
        _dispatcher.RunAll();
        ExpectMsg("again");
    }

    [Fact]
    public void Attach_and_detach_see_every_actor()
    {
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Echo()), "seen");
        _dispatcher.RunAll();
        actor.Tell(PoisonPill.Instance);
        AwaitAssert(() =>
        {
            _dispatcher.RunAll();
            Assert.Equal(["attach seen", "detach seen"], _dispatcher.Log);
        });
    }

    [Fact]
    public async Task A_scheduled_action_runs_on_the_dispatcher()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _dispatcher.Schedule(() => ran.SetResult());
        Assert.False(ran.Task.IsCompleted);
        Assert.Equal(1, _dispatcher.Residents);
        _dispatcher.RunAll();
        await Within(ran.Task);
        Assert.Equal(0, _dispatcher.Residents);
    }

    [Fact]
    public void An_async_receive_goes_on_on_the_dispatcher()
    {
        IActorRef actor = OnOwnDispatcher(Props.Create(() => new Awaiting(TestActor)));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(gate.Task);
        int before = Environment.CurrentManagedThreadId;
        _dispatcher.RunAll();
        ExpectMsg(before);
        gate.SetResult();
        AwaitCondition(() => _dispatcher.Waiting > 0, Soon);
        ExpectNoMsg(AWhile);
        int after = Environment.CurrentManagedThreadId;
        _dispatcher.RunAll();
        ExpectMsg(after);
    }

    private IActorRef OnOwnDispatcher(Props props, string? name = null)
    {
        int before = _dispatcher.Log.Count;
        IActorRef actor = Sys.ActorOf(props.WithDispatcher("own-step"), name);
        // In 1.5 the guardian has to take notice before the actor is attached.
        AwaitCondition(() => _dispatcher.Log.Count > before, Soon);
        return actor;
    }

    private sealed class Awaiting : ReceiveActor
    {
        public Awaiting(IActorRef log)
        {
            ReceiveAsync<Task>(async task =>
            {
                log.Tell(Environment.CurrentManagedThreadId);
                await task;
                log.Tell(Environment.CurrentManagedThreadId);
            });
        }
    }

    private sealed class StepConfigurator : MessageDispatcherConfigurator
    {
        public StepConfigurator(IDispatcherPrerequisites prerequisites)
            : base(ConfigurationFactory.ParseString("id = own-step"), prerequisites)
        {
            Instance = new StepDispatcher(this);
        }

        public StepDispatcher Instance { get; }

        public override MessageDispatcher Dispatcher() => Instance;
    }

    private sealed class StepDispatcher : MessageDispatcher
    {
        private readonly ConcurrentQueue<IRunnable> _work = new();
        private readonly ConcurrentQueue<string> _log = new();
        private int _shutdowns;
        private volatile bool _free;

        public StepDispatcher(MessageDispatcherConfigurator configurator)
            : base(configurator)
        {
            Id = "own-step";
            Throughput = 30;
            ShutdownTimeout = TimeSpan.FromMilliseconds(20);
        }

        public int Waiting => _work.Count;

        public long Residents => Inhabitants;

        public int Shutdowns => Volatile.Read(ref _shutdowns);

        public ConcurrentQueue<string> Log => _log;

        public void RunOne()
        {
            Assert.True(_work.TryDequeue(out IRunnable? work));
            Run(work);
        }

        public void RunAll()
        {
            while (_work.TryDequeue(out IRunnable? work))
                Run(work);
        }

        /// <summary>From now on it runs by itself, so that its actors can stop with the system.</summary>
        public void LetGo()
        {
            _free = true;
            RunAll();
        }

        public void Rotate()
        {
            Assert.True(_work.TryDequeue(out IRunnable? work));
            _work.Enqueue(work);
        }

        public override void Attach(ActorCell cell)
        {
            base.Attach(cell);
            _log.Enqueue("attach " + cell.Self.Path.Name);
        }

        public override void Detach(ActorCell cell)
        {
            _log.Enqueue("detach " + cell.Self.Path.Name);
            base.Detach(cell);
        }

        protected override void ExecuteTask(IRunnable run)
        {
            _work.Enqueue(run);
            if (_free)
                ThreadPool.UnsafeQueueUserWorkItem(_ => RunAll(), null);
        }

        private static void Run(IRunnable work)
        {
            // An await goes back to a synchronization context rather than to its actor: the test runner's must be away.
            SynchronizationContext? outer = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                work.Run();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(outer);
            }
        }

        protected override void Shutdown() => Interlocked.Increment(ref _shutdowns);
    }
}
