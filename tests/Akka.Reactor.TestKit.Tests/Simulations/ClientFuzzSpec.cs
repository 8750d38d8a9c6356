using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// A client to which anything is done at any time: it can still connect, tells its protocol of everything in an order that makes
/// sense, answers every write once, and ends without leaving a socket.
/// </summary>
public sealed class ClientFuzzSpec
{
    private static int Seeds => Soak.Scale(30, 200);

    [Theory]
    [InlineData("plain", 0, true)]
    [InlineData("plain", 2_000, true)]
    [InlineData("layer", 2_000, true)]
    [InlineData("tls", 0, true)]
    [InlineData("tls", 2_000, true)]
    [InlineData("tls", 0, false)]
    [InlineData("tls", 2_000, false)]
    public void Whatever_is_done_to_it_every_write_is_answered_once_and_it_can_still_connect(
        string stack,
        int queue,
        bool crashes
    )
    {
        List<string> failures = [];
        for (int seed = 1; seed <= Seeds; seed++)
        {
            List<string> problems = Play(seed, stack, queue, crashes);
            if (problems.Count > 0)
            {
                failures.Add($"seed {seed}: {string.Join("; ", problems)}");
            }
        }

        Assert.True(
            failures.Count == 0,
            $"{failures.Count} of {Seeds} seeds failed:\n{string.Join('\n', failures.Take(15))}"
        );
    }

    private static List<string> Play(int seed, string stack, int queue, bool crashes)
    {
        try
        {
            using ClientFuzzScene scene = new(seed, stack, queue, crashes);
            return scene.Play();
        }
        catch (Exception fault)
        {
            return [$"{fault.GetType().Name}: {fault.Message.Split('\n')[0]}"];
        }
    }
}
