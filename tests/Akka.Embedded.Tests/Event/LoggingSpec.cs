using System;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Event;

public sealed class LoggingSpec : KernelSpec
{
    [Fact]
    public void An_event_has_level_source_class_and_formatted_message()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        ILoggingAdapter log = Logging.GetLogger(Sys, "source");
        var boom = new InvalidOperationException("boom");
        log.Error(boom, "{0} of {1}", 1, "many");
        LogEvent error = ExpectMsg<Error>();
        Assert.Equal("1 of many", error.Message.ToString());
        Assert.Same(boom, error.Cause);
        Assert.Equal(LogLevel.ErrorLevel, error.LogLevel());
        Assert.Equal($"source (akka://{Sys.Name})", error.LogSource);
        Assert.Equal(typeof(DummyClassForStringSources), error.LogClass);
        Assert.Contains("[ERROR]", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 of many", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("boom", error.ToString(), StringComparison.Ordinal);

        log.Warning("plain {0}");
        Assert.Equal("plain {0}", ExpectMsg<Warning>().Message);
        LogMessage? template = null;
        log.Warning("{0} {1} {2}", 1, 2, 3);
        template = Assert.IsAssignableFrom<LogMessage>(ExpectMsg<Warning>().Message);
        Assert.Equal("{0} {1} {2}", template.Format);
        Assert.Equal([1, 2, 3], template.Parameters().ToArray());
    }

    [Fact]
    public void What_is_below_the_level_is_not_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        ILoggingAdapter log = Logging.GetLogger(Sys, this);
        Assert.True(log.IsWarningEnabled);
        Assert.False(log.IsInfoEnabled);
        Assert.False(log.IsEnabled(LogLevel.DebugLevel));
        log.Info("info");
        log.Debug("debug {0}", 1);
        log.Warning("warning");
        ExpectMsg<Warning>();
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void An_actor_logs_under_its_path()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        IActorRef actor = APuppet("logging");
        actor.Tell(Do(context => context.GetLogger().Warning("here")));
        Warning warning = ExpectMsg<Warning>();
        Assert.Equal(actor.Path.ToString(), warning.LogSource);
        Assert.Equal(typeof(Puppet), warning.LogClass);
    }

    [Fact]
    public void Levels_have_names_and_classes()
    {
        Assert.Equal(LogLevel.InfoLevel, Logging.LogLevelFor("info"));
        Assert.Equal(LogLevel.WarningLevel, Logging.LogLevelFor<Warning>());
        Assert.Equal(typeof(Debug), LogLevel.DebugLevel.ClassFor());
        Assert.Equal("ERROR", LogLevel.ErrorLevel.StringFor());
        Assert.Throws<ArgumentException>(() => Logging.LogLevelFor("loud"));
    }

    [Fact]
    public void A_logger_named_in_the_configuration_gets_the_events_of_its_level()
    {
        using ActorSystem system = ActorSystem.Create(
            "with-logger",
            ConfigurationFactory.ParseString(
                $"akka.loggers = [\"{typeof(Collecting).AssemblyQualifiedName}\"], akka.loglevel = INFO, akka.stdout-loglevel = OFF"
            )
        );
        system.EventStream.Publish(new Target(TestActor));
        system.Log.Debug("debug");
        system.Log.Info("info");
        system.Log.Error("error");
        Logging.GetLogger(system, "late").Debug("still off");
        Logging.GetLogger(system, "late").Info("late");
        ExpectMsg("info");
        ExpectMsg("error");
        ExpectMsg("late");
        system.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Logging.GetLogger(system, "later").Debug("now on");
        ExpectMsg("now on");
    }

    private sealed record Target(IActorRef Ref);

    private sealed class Collecting : UntypedActor
    {
        private IActorRef _target = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Akka.Event.InitializeLogger:
                    Context.System.EventStream.Subscribe(Self, typeof(Target));
                    Sender.Tell(new LoggerInitialized());
                    break;
                case Target target:
                    _target = target.Ref;
                    break;
                case LogEvent logEvent:
                    _target.Tell(logEvent.Message.ToString());
                    break;
            }
        }
    }
}
