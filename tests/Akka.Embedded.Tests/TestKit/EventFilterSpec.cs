using System;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests;

public sealed class EventFilterSpec()
    : Akka.TestKit.Xunit2.TestKit("akka { loglevel = DEBUG, test.filter-leeway = 2s }")
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300d);

    [Fact]
    public void Every_level_can_be_expected()
    {
        EventFilter.Error("wrong").ExpectOne(() => Log.Error("wrong"));
        EventFilter.Warning("odd").ExpectOne(() => Log.Warning("odd"));
        EventFilter.Info("news").ExpectOne(() => Log.Info("news"));
        EventFilter.Debug("detail").ExpectOne(() => Log.Debug("detail"));
    }

    [Fact]
    public void A_message_is_matched_by_whole_start_part_and_pattern()
    {
        EventFilter.Info(message: "number 5 is alive").ExpectOne(() => Log.Info("Number {0} is alive", 5));
        EventFilter.Info(start: "NUMBER").ExpectOne(() => Log.Info("Number {0} is alive", 5));
        EventFilter.Info(contains: "5 IS").ExpectOne(() => Log.Info("Number {0} is alive", 5));
        EventFilter
            .Info(new Regex("[0-9] is", RegexOptions.None, TimeSpan.FromSeconds(1d)))
            .ExpectOne(() => Log.Info("Number {0} is alive", 5));
    }

    [Fact]
    public void A_source_is_matched_by_path()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Failing()), "failing");
        EventFilter.Info("asked", source: "/user/failing").ExpectOne(() => actor.Tell("log"));
        EventFilter.Info("asked", source: actor.Path.ToString()).ExpectOne(() => actor.Tell("log"));
    }

    [Fact]
    public void An_exception_is_matched_by_type_and_by_message()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Failing()));
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        EventFilter.Exception<InvalidOperationException>("as asked").ExpectOne(() => actor.Tell("fail"));
        EventFilter.Exception<Exception>(contains: "asked").ExpectOne(() => actor.Tell("fail"));
        EventFilter.Exception(typeof(InvalidOperationException), start: "as").ExpectOne(() => actor.Tell("fail"));
        Assert.Throws<ArgumentException>(() => EventFilter.Exception(typeof(string)));
    }

    [Fact]
    public void Dead_letters_are_matched_by_message()
    {
        IActorRef gone = Sys.ActorOf(Props.Create(() => new Failing()), "gone");
        Watch(gone);
        Sys.Stop(gone);
        ExpectTerminated(gone);
        EventFilter.DeadLetter().ExpectOne(() => gone.Tell("late"));
        EventFilter.DeadLetter<string>().ExpectOne(() => gone.Tell("late"));
        EventFilter.DeadLetter<string>(text => text is "late").ExpectOne(() => gone.Tell("late"));
        EventFilter.DeadLetter(typeof(int)).ExpectOne(() => gone.Tell(1));
    }

    [Fact]
    public async Task Expectations_can_be_awaited()
    {
        await EventFilter
            .Info("one")
            .ExpectOneAsync(() =>
            {
                Log.Info("one");
                return Task.CompletedTask;
            });
        int result = await EventFilter
            .Info("two")
            .ExpectAsync(
                2,
                async () =>
                {
                    Log.Info("two");
                    await Task.Yield();
                    Log.Info("two");
                    return 5;
                }
            );
        Assert.Equal(5, result);
    }

    [Fact]
    public void The_count_is_exact()
    {
        EventFilter
            .Info("x")
            .Expect(
                2,
                () =>
                {
                    Log.Info("x");
                    Log.Info("x");
                }
            );
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").ExpectOne(s_short, () => Log.Info("y")));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").Expect(0, s_short, () => Log.Info("x")));
        EventFilter.Info("x").Expect(0, s_short, () => Log.Info("y"));
    }

    [Fact]
    public void Custom_filters_and_combinations_are_possible()
    {
        EventFilter.Custom(logEvent => logEvent is Warning).ExpectOne(() => Log.Warning("any"));
        EventFilter
            .Custom<Info>(info => info.ToString().Contains("special", StringComparison.Ordinal))
            .ExpectOne(() => Log.Info("special"));
        EventFilter
            .Info("a")
            .And.Warning("b")
            .Expect(
                2,
                () =>
                {
                    Log.Info("a");
                    Log.Warning("b");
                }
            );
    }

    [Fact]
    public void Muting_runs_the_action_and_expects_nothing()
    {
        Assert.Equal(
            3,
            EventFilter
                .Error("quiet")
                .Mute(() =>
                {
                    Log.Error("quiet");
                    return 3;
                })
        );
        using (EventFilter.Error("quiet").Mute())
            Log.Error("quiet");
        IUnmutableFilter muting = EventFilter.Error("quiet").Mute();
        muting.Unmute();
    }

    [Fact]
    public void A_filter_can_be_made_for_another_system()
    {
        using var other = new Other();
        CreateEventFilter(other.Sys).Info("elsewhere").ExpectOne(() => other.Log.Info("elsewhere"));
    }

    [Fact]
    public void The_failure_of_the_action_is_thrown() =>
        Assert.Throws<InvalidOperationException>(() =>
            EventFilter.Info("x").ExpectOne(() => throw new InvalidOperationException("action"))
        );

    private sealed class Other : Akka.TestKit.Xunit2.TestKit;

    private sealed class Failing : ReceiveActor
    {
        public Failing()
        {
            Receive<string>(text => text is "fail", _ => throw new InvalidOperationException("as asked"));
            Receive<string>(text => text is "log", _ => Context.GetLogger().Info("asked"));
        }
    }
}
