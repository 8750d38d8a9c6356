using System;
using System.Threading.Channels;
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>The actor behind a test: it queues what it receives for the test to look at.</summary>
internal sealed class InternalTestActor : UntypedActor
{
    private readonly ChannelWriter<MessageEnvelope> _queue;
    private TestActor.Ignore _ignore;
    private AutoPilot _pilot = AutoPilot.NoAutoPilot;

    public InternalTestActor(ChannelWriter<MessageEnvelope> queue)
    {
        _queue = queue;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TestActor.SetIgnore command:
                _ignore = command.Ignore;
                break;
            case TestActor.SetAutoPilot command:
                _pilot = command.AutoPilot;
                break;
            case TestActor.Watch command:
                Context.Watch(command.Actor);
                Sender.Tell(TestActor.WatchChanged.Instance);
                break;
            case TestActor.Unwatch command:
                Context.Unwatch(command.Actor);
                Sender.Tell(TestActor.WatchChanged.Instance);
                break;
            case TestActor.SpawnChild command:
                Enqueue(Context.ActorOf(command.Props, command.Name), Self);
                break;
            default:
                Handle(message);
                break;
        }
    }

    private void Handle(object message)
    {
        // The pilot sees ignored messages as well.
        AutoPilot next = _pilot?.Run(Sender, message);
        if (next is not KeepRunning)
            _pilot = next;
        if (_ignore is null || !_ignore(message))
            Enqueue(message, Sender);
    }

    private void Enqueue(object message, IActorRef sender)
    {
        if (!_queue.TryWrite(new RealMessageEnvelope(message, sender)))
            throw new InvalidOperationException("The test's queue is closed.");
    }
}
