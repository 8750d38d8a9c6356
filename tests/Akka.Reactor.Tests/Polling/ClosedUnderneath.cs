using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>
/// A descriptor closed while an engine watches it: somebody's mistake, which must not keep the loop busy, end it, or
/// touch other connections. How it is reported differs; more than once it must not be.
/// </summary>
internal static class ClosedUnderneath
{
    /// <param name="fixture">With the engine.</param>
    /// <param name="number">A number that nobody else gets meanwhile.</param>
    /// <returns>What was reported of it.</returns>
    internal static Readiness[] Try(EngineFixture fixture, int number)
    {
        List<Readiness> reported = [];
        foreach (Interest interest in (Interest[])[Interest.None, Interest.Read, Interest.Read | Interest.Write])
        {
            (Registration one, Registration other) = fixture.Pair();
            (Registration livingOne, Registration livingOther) = fixture.Pair();
            nint moved = Descriptors.Reuse((int)other.Descriptor, number);
            Assert.Equal(number, moved);
            fixture.Close(other);
            Registration doomed = fixture.Engine.Register(moved, SocketKind.Stream, "doomed");
            fixture.Engine.SetInterest(doomed, interest);
            fixture.Engine.SetInterest(livingOther, Interest.Read);
            fixture.Wait(0);
            fixture.Sockets.Close(moved);

            List<Readiness> now = [];
            for (int i = 0; i < 5; i++)
            {
                EngineEvent[] events = fixture.Wait(20);
                Assert.All(events, engineEvent => Assert.Same(doomed, engineEvent.Registration));
                now.AddRange(events.Select(engineEvent => engineEvent.Readiness));
            }

            Assert.True(now.Count <= 1, $"It was reported {now.Count} times.");
            reported.AddRange(now);

            fixture.Send(livingOne, "x");
            fixture.Await(livingOther, Readiness.Readable);
            fixture.Close(livingOne);
            fixture.Close(livingOther);
            fixture.Engine.SetInterest(doomed, Interest.None);
            fixture.Engine.Deregister(doomed);
            fixture.AssertQuiet();
            fixture.Close(one);
        }

        return [.. reported];
    }
}
