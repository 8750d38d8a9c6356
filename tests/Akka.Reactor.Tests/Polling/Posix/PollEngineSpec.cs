using System.Collections.Generic;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Posix;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

[Engine("poll")]
public sealed class PollEngineSpec() : EngineContractSpec(Platforms.Resolve("poll"))
{
    [EngineFact]
    public void The_list_is_as_long_as_there_are_registrations_whatever_came_and_went()
    {
        PollEngine engine = (PollEngine)Fixture.Engine;
        int before = engine.ListLength;
        List<Registration> kept = [];
        for (int i = 0; i < 100; i++)
        {
            (Registration one, Registration other) = Fixture.Pair();
            kept.Add(other);
            Fixture.Close(one);
        }

        Assert.Equal(before + kept.Count, engine.ListLength);
        kept.ForEach(Fixture.Close);
        Assert.Equal(before, engine.ListLength);
        Fixture.AssertQuiet();
    }

    [EngineFact]
    public void A_descriptor_closed_under_the_engine_is_reported_once_and_costs_nobody_else()
    {
        Readiness[] reported = ClosedUnderneath.Try(Fixture, 19_990);
        Assert.Equal([Readiness.Fault, Readiness.Fault, Readiness.Fault], reported);
    }
}
