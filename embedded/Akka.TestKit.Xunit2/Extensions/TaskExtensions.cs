using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Sdk;

namespace Akka.TestKit.Extensions;

/// <summary>Deadlines for tasks in tests.</summary>
public static class TaskExtensions
{
    /// <summary>Whether the task completes in time; its failure is thrown.</summary>
    public static async Task<bool> AwaitWithTimeout(
        this Task parentTask,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    )
    {
        if (!await CompletesAsync(parentTask, timeout, cancellationToken))
            return false;
        if (parentTask.IsFaulted)
            await parentTask;
        return true;
    }

    /// <summary>The result of the task.</summary>
    /// <exception cref="TaskCanceledException">It did not complete in time.</exception>
    public static async Task<T> WithTimeout<T>(
        this Task<T> parentTask,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    ) =>
        await CompletesAsync(parentTask, timeout, cancellationToken)
            ? await parentTask
            : throw new TaskCanceledException($"Task timed out after {timeout.TotalSeconds} seconds");

    /// <summary>The result of the task; the test fails when it does not complete in time.</summary>
    public static async Task<T> ShouldCompleteWithin<T>(
        this Task<T> task,
        TimeSpan timeout,
        string because = "",
        params object[] becauseArgs
    )
    {
        await ((Task)task).ShouldCompleteWithin(timeout, because, becauseArgs);
        return await task;
    }

    /// <summary>Fails the test when the task does not complete in time; the task's failure is thrown.</summary>
    public static async Task ShouldCompleteWithin(
        this Task task,
        TimeSpan timeout,
        string because = "",
        params object[] becauseArgs
    )
    {
        if (!await CompletesAsync(task, timeout, CancellationToken.None))
            throw new XunitException(
                $"The task did not complete within {timeout} {string.Format(because, becauseArgs)}"
            );
        await task;
    }

    /// <summary>The task's failure; the test fails when it is of another type, or there is none in time.</summary>
    public static async Task<T> ShouldThrowWithin<T>(
        this Task task,
        TimeSpan timeout,
        string because = "",
        params object[] becauseArgs
    )
        where T : Exception =>
        await Xunit.Assert.ThrowsAnyAsync<T>(() => task.ShouldCompleteWithin(timeout, because, becauseArgs));

    private static async Task<bool> CompletesAsync(Task task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var delayOver = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, Task.Delay(timeout, delayOver.Token));
        await delayOver.CancelAsync();
        return task.IsCompleted;
    }
}
