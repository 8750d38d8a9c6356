using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>
/// Runs a mailbox on the thread that made it runnable. The test actor uses it, so that a message told to it by the
/// test's own thread is queued when Tell returns.
/// </summary>
public class CallingThreadDispatcher : MessageDispatcher
{
    public static new string Id = "akka.test.calling-thread-dispatcher";

    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator) { }

    protected override void ExecuteTask(IRunnable run) => run.Run();

    // There is no thread to end.
    protected override void Shutdown() { }
}

/// <summary>Makes the <see cref="CallingThreadDispatcher"/> of a system.</summary>
public class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    public CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) { }

    public override MessageDispatcher Dispatcher() => new CallingThreadDispatcher(this);
}
