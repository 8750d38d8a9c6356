using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

/// <summary>Ask, PipeTo, GracefulStop, WatchAsync, Identify.</summary>
public sealed class AskSpec : KernelSpec
{
    [Fact]
    public async Task An_answer_completes_the_task()
    {
        IActorRef echo = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.Equal("hi", await Within(echo.Ask<string>("hi", Soon)));
        Assert.Equal(5, await Within(echo.Ask(5)));
    }

    [Fact]
    public async Task No_answer_is_a_timeout()
    {
        IActorRef silent = APuppet();
        await Assert.ThrowsAsync<AskTimeoutException>(() =>
            Within(silent.Ask(Do(_ => { }), TimeSpan.FromMilliseconds(50)))
        );
    }

    [Fact]
    public async Task An_ask_can_be_cancelled()
    {
        IActorRef silent = APuppet();
        using var cancellation = new CancellationTokenSource();
        Task<object> asked = silent.Ask(Do(_ => { }), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Within(asked));
    }

    [Fact]
    public async Task A_failure_as_answer_is_thrown()
    {
        IActorRef actor = APuppet();
        var boom = new InvalidOperationException("boom");
        Task<string> asked = actor.Ask<string>(Do(context => context.Sender.Tell(new Status.Failure(boom))), Soon);
        Assert.Same(boom, await Assert.ThrowsAsync<InvalidOperationException>(() => Within(asked)));
        Status.Failure failure = await Within(
            actor.Ask<Status.Failure>(Do(context => context.Sender.Tell(new Status.Failure(boom))), Soon)
        );
        Assert.Same(boom, failure.Cause);
    }

    [Fact]
    public async Task An_answer_of_another_type_is_an_error()
    {
        IActorRef echo = Sys.ActorOf(Props.Create(() => new Echo()));
        await Assert.ThrowsAsync<ArgumentException>(() => Within(echo.Ask<int>("text", Soon)));
    }

    [Fact]
    public async Task A_message_can_be_built_with_the_ref_that_takes_the_answer()
    {
        IActorRef actor = APuppet();
        string answer = await Within(
            actor.Ask<string>(replyTo => Do(_ => replyTo.Tell("direct")), Soon, CancellationToken.None)
        );
        Assert.Equal("direct", answer);
    }

    [Fact]
    public async Task A_task_is_piped_with_its_outcome()
    {
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task piped = gate.Task.PipeTo(TestActor, TestActor);
        gate.SetResult(42);
        await Within(piped);
        ExpectMsg(42);
        Assert.Equal(TestActor, LastSender);

        var boom = new InvalidOperationException("boom");
        await Within(Task.FromException<int>(boom).PipeTo(TestActor));
        Assert.Same(boom, ExpectMsg<Status.Failure>().Cause);

        await Within(Task.FromResult(1).PipeTo(TestActor, success: i => $"got {i}"));
        ExpectMsg("got 1");
        await Within(Task.FromException<int>(boom).PipeTo(TestActor, failure: e => e.Message));
        ExpectMsg("boom");
        await Within(Task.CompletedTask.PipeTo(TestActor, success: () => "done"));
        ExpectMsg("done");
        await Within(new ValueTask<int>(3).PipeTo(TestActor));
        ExpectMsg(3);
    }

    [Fact]
    public async Task Graceful_stop_is_true_when_the_actor_is_gone()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.True(await Within(actor.GracefulStop(Soon)));
        Assert.True(await Within(actor.GracefulStop(Soon)));
    }

    [Fact]
    public async Task Graceful_stop_is_false_when_it_takes_too_long()
    {
        IActorRef actor = APuppet();
        Assert.False(await Within(actor.GracefulStop(TimeSpan.FromMilliseconds(50), Do(_ => { }))));
    }

    [Fact]
    public async Task An_end_can_be_awaited()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Echo()));
        Task<bool> gone = actor.WatchAsync(CancellationToken.None);
        Assert.False(gone.IsCompleted);
        Sys.Stop(actor);
        Assert.True(await Within(gone));
    }

    [Fact]
    public async Task Identify_is_answered_by_the_actor_or_with_nobody()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Echo()), "here");
        ActorIdentity here = await Within(actor.Ask<ActorIdentity>(new Identify("id"), Soon));
        Assert.Equal("id", here.MessageId);
        Assert.Equal(actor, here.Subject);
        ActorIdentity nowhere = await Within(
            Sys.ActorSelection("/user/nowhere").Ask<ActorIdentity>(new Identify(1), Soon)
        );
        Assert.Null(nowhere.Subject);
    }
}
