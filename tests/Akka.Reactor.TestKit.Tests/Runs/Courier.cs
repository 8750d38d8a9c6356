using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>
/// Writes to connections that are not its own, watches their transports, and takes answers for owners that stop. It outlives
/// them all.
/// </summary>
internal sealed class Courier : UntypedActor
{
    /// <summary>Writes to the channel are its writer's number 0, those to a layer number 1.</summary>
    private const int Direct = 0;
    private const int ThroughLayers = 1;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Watched watched:
                Context.Watch(watched.Plan.Lowest);
                _plans.Add(watched.Plan.Lowest, watched.Plan);
                break;
            case Terminated terminated:
                Terminated(_plans[terminated.ActorRef]);
                break;
            case Burst burst:
                for (int i = 0; i < burst.Count; i++)
                {
                    Write(burst.Plan, burst.Plan.Terminations > 0);
                }

                break;
            default:
                // Writes of any connection: by the record they belong to that plan.
                Answered(message);
                break;
        }
    }

    private readonly System.Collections.Generic.Dictionary<IActorRef, ConnectionPlan> _plans = [];

    private void Terminated(ConnectionPlan plan)
    {
        plan.Terminations++;
        Write(plan, afterEnd: true);
    }

    private void Answered(object message)
    {
        foreach (ConnectionPlan plan in _plans.Values)
        {
            if (plan.Knows(message))
            {
                plan.NoteAnswer(message);
                return;
            }
        }

        Unhandled(message);
    }

    private void Write(ConnectionPlan plan, bool afterEnd)
    {
        bool direct = afterEnd || plan.Random.Chance(0.5);
        int writer = direct ? Direct : ThroughLayers;
        int size = plan.DrawSize();
        byte[] data = WriteRecord.Bytes(writer, size == 0 ? 0 : plan.Numbers[writer]++, size);

        // Whoever owns the connection takes what has no sender, as long as anybody does.
        bool sender = afterEnd || plan.AnsweredElsewhere || plan.Random.Chance(0.7);
        Loss loss = direct && sender ? Loss.Never : Loss.Allowed;
        Write write = plan.NewWrite(
            writer,
            plan.Numbers[writer] - (size == 0 ? 0 : 1),
            data,
            sender,
            epoch: 0,
            loss,
            afterEnd
        );
        IActorRef transport = direct ? plan.Lowest : plan.Highest;
        transport.Tell(write, sender ? Self : ActorRefs.NoSender);
    }

    internal sealed record Watched(ConnectionPlan Plan);

    internal sealed record Burst(ConnectionPlan Plan, int Count);
}
