using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Extensions;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Akka.Embedded.Tests;

public sealed class TestKitSpec
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100d);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_test_has_a_system_named_test_with_its_own_test_actor()
    {
        using var test = new Plain();
        Assert.Equal("test", test.Sys.Name);
        Assert.StartsWith("testActor", test.TestActor.Path.Name, StringComparison.Ordinal);
        Assert.Equal("system", test.TestActor.Path.Parent.Name);
        Assert.Equal(TimeSpan.FromSeconds(3d), test.TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(3d), test.TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(TimeSpan.FromSeconds(5d), test.TestKitSettings.DefaultTimeout);
        Assert.Equal(1d, test.TestKitSettings.TestTimeFactor);
    }

    [Fact]
    public void A_test_can_be_configured()
    {
        using var byText = new Configured("my.key = 1");
        Assert.Equal(1, byText.Sys.Settings.Config.GetInt("my.key"));
        using var byConfig = new Configured(ConfigurationFactory.ParseString("my.key = 2"), "named");
        Assert.Equal(2, byConfig.Sys.Settings.Config.GetInt("my.key"));
        Assert.Equal("named", byConfig.Sys.Name);
        using var bySetup = new Configured(
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig("my.key = 3")),
            "setup"
        );
        Assert.Equal(3, bySetup.Sys.Settings.Config.GetInt("my.key"));
        Assert.Equal("setup", bySetup.Sys.Name);
        Assert.True(bySetup.Sys.Settings.Config.HasPath("akka.test.timefactor"));
    }

    [Fact]
    public void Configurations_name_the_types_of_the_test_kit_by_their_real_assembly()
    {
        using var test = new Configured(
            """
            akka.loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
            direct { type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit" }
            """
        );
        test.EventFilter.Info("heard").ExpectOne(() => test.Log.Info("heard"));
        IActorRef direct = test.ActorOf(Props.Create<Echo>().WithDispatcher("direct"));
        direct.Tell("here", test.TestActor);
        test.ExpectMsg("here");
    }

    [Fact]
    public void A_given_system_is_used_and_terminated_with_the_test()
    {
        var system = ActorSystem.Create("given");
        using (var test = new Given(system))
        {
            Assert.Same(system, test.Sys);
            test.TestActor.Tell("a");
            test.ExpectMsg("a");
        }

        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void Disposing_runs_AfterAll_once_while_the_system_lives()
    {
        var test = new Plain();
        test.Dispose();
        test.Dispose();
        Assert.Equal([false], test.TerminatedInAfterAll);
        Assert.True(test.Sys.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task Actors_can_be_made_from_the_test_itself()
    {
        using var test = new Plain();
        IActorRef first = test.ActorOf<Echo>("first");
        IActorRef second = test.ActorOf(() => new Echo());
        IActorRef third = test.ActorOf(Props.Create<Echo>(), "third");
        foreach (IActorRef echo in new[] { first, second, third })
        {
            echo.Tell("hello", test.TestActor);
            await test.ExpectMsgAsync("hello");
        }

        test.ActorSelection("/user/first").Tell("selected", test.TestActor);
        test.ExpectMsg("selected");
    }

    [Fact]
    public void Without_the_implicit_sender_there_is_none()
    {
        using var test = new Senderless();
        test.TestActor.Tell("a");
        test.ExpectMsg("a");
        Assert.True(test.LastSender.IsNobody() || test.LastSender.Equals(test.Sys.DeadLetters));
    }

    [Fact]
    public void What_is_logged_is_written_to_the_output()
    {
        var output = new Recorder();
        using var test = new Writing(output);
        test.Log.Info("to the output");
        test.AwaitAssert(
            () => Assert.Contains(output.Lines, line => line.Contains("to the output", StringComparison.Ordinal)),
            s_patience
        );
        test.AddLoggerTo(ActorSystem.Create("second"), "second: ");
        test.AwaitAssert(
            () => Assert.Contains(output.Lines, line => line.StartsWith("second: ", StringComparison.Ordinal)),
            s_patience
        );
    }

    [Fact]
    public async Task A_latch_opens_when_it_is_counted_down()
    {
        using var test = new Plain();
        TestLatch latch = test.CreateTestLatch(2);
        latch.CountDown();
        Assert.False(latch.IsOpen);
        Assert.Throws<TimeoutException>(() => latch.Ready(s_short));
        Task waiting = Task.Run(() => latch.Ready());
        latch.CountDown();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10d));
        Assert.True(latch.IsOpen);
        latch.Reset();
        Assert.False(latch.IsOpen);
        latch.Open();
        latch.Ready();
    }

    [Fact]
    public async Task A_barrier_lets_its_threads_go_together()
    {
        using var test = new Plain();
        TestBarrier barrier = test.CreateTestBarrier(2);
        Task other = Task.Run(() => barrier.Await());
        barrier.Await(TimeSpan.FromSeconds(10d));
        await other.WaitAsync(TimeSpan.FromSeconds(10d));
    }

    [Fact]
    public async Task Tasks_have_deadlines()
    {
        var never = new TaskCompletionSource<int>();
        Assert.True(await Task.CompletedTask.AwaitWithTimeout(s_short));
        Assert.False(await never.Task.AwaitWithTimeout(s_short));
        Assert.Equal(1, await Task.FromResult(1).WithTimeout(s_short));
        await Assert.ThrowsAsync<TaskCanceledException>(() => never.Task.WithTimeout(s_short));
        Assert.Equal(1, await Task.FromResult(1).ShouldCompleteWithin(s_short));
        await Assert.ThrowsAnyAsync<XunitException>(() => ((Task)never.Task).ShouldCompleteWithin(s_short));
        Task failed = Task.FromException(new InvalidOperationException("failed"));
        InvalidOperationException failure = await failed.ShouldThrowWithin<InvalidOperationException>(s_short);
        Assert.Equal("failed", failure.Message);
    }

    [Fact]
    public void Full_debugging_is_a_configuration()
    {
        Assert.Equal("DEBUG", TestKitBase.FullDebugConfig.GetString("akka.loglevel"));
        Assert.True(TestKitBase.FullDebugConfig.GetBoolean("akka.actor.debug.unhandled"));
        Assert.Equal(1d, Akka.TestKit.Xunit2.TestKit.DefaultConfig.GetDouble("akka.test.timefactor"));
    }

    [Fact]
    public async Task A_system_that_does_not_terminate_in_time_is_reported()
    {
        using var release = new ManualResetEventSlim();
        using var test = new Plain();
        IActorRef stuck = test.ActorOf(() => new Stuck(release));
        stuck.Tell("wait", test.TestActor);
        test.ExpectMsg("waiting");
        Assert.Throws<TimeoutException>(() => test.Shutdown(s_short, verifySystemShutdown: true));
        release.Set();
        await test.Sys.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(10d));
    }

    private sealed class Plain : Akka.TestKit.Xunit2.TestKit
    {
        public List<bool> TerminatedInAfterAll { get; } = [];

        protected override void AfterAll() => TerminatedInAfterAll.Add(Sys.WhenTerminated.IsCompleted);
    }

    private sealed class Configured : Akka.TestKit.Xunit2.TestKit
    {
        public Configured(string config)
            : base(config) { }

        public Configured(Config config, string name)
            : base(config, name) { }

        public Configured(ActorSystemSetup setup, string name)
            : base(setup, name) { }
    }

    private sealed class Given(ActorSystem system) : Akka.TestKit.Xunit2.TestKit(system);

    private sealed class Senderless : Akka.TestKit.Xunit2.TestKit, INoImplicitSender;

    private sealed class Writing(ITestOutputHelper output) : Akka.TestKit.Xunit2.TestKit(output: output)
    {
        public void AddLoggerTo(ActorSystem system, string prefix)
        {
            InitializeLogger(system, prefix);
            Logging.GetLogger(system, this).Info("from another system");
            _ = system.Terminate();
        }
    }

    private sealed class Recorder : ITestOutputHelper
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public void WriteLine(string message) => _lines.Enqueue(message);

        public void WriteLine(string format, params object[] args) => _lines.Enqueue(string.Format(format, args));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Stuck : ReceiveActor
    {
        public Stuck(ManualResetEventSlim release) =>
            ReceiveAny(_ =>
            {
                Sender.Tell("waiting");
                release.Wait(TimeSpan.FromSeconds(10d));
            });
    }
}
