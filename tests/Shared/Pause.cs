using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Tests.Shared;

#pragma warning disable RS0030 // Here, and nowhere else.

/// <summary>
/// The only place where a test lets real time pass. A test waits for a signal or for a condition, and uses virtual time where
/// something has to be due; what is left is time that the test is about, and conditions that nobody signals.
/// </summary>
internal static class Pause
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Lets this much time pass. A slow machine only makes it longer: no verdict may depend on how long it was.</summary>
    /// <param name="time">At least so long.</param>
    /// <param name="why">What is to happen, or to be seen not to happen, in this time.</param>
    /// <param name="over">Ends it early, with <see cref="OperationCanceledException"/>.</param>
    internal static Task For(TimeSpan time, string why, CancellationToken over = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(why);
        return Task.Delay(time, over);
    }

    /// <summary>Holds this thread for so long: a handler that blocks, or a peer that takes its time.</summary>
    internal static void Block(TimeSpan time, string why)
    {
        ArgumentException.ThrowIfNullOrEmpty(why);
        Thread.Sleep(time);
    }

    /// <summary>Between two looks at a condition that nobody signals, such as the descriptors of a process.</summary>
    internal static Task BetweenLooks(CancellationToken over = default) => Task.Delay(Look, over);

    /// <summary>Whether this ends within the time. It goes on in any case.</summary>
    internal static async Task<bool> EndsWithin(Task task, TimeSpan time, string why) =>
        await Task.WhenAny(task, For(time, why)) == task;
}
