using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>
/// Everything happens on the calling thread: the stream under SslStream throws when any other touches it, which would
/// fail these connections, and the callbacks note theirs.
/// </summary>
public sealed class TlsSessionThreadSpec
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task All_of_a_connection_runs_on_the_calling_thread(SslProtocols version)
    {
        await OnThread(() => Converse(version));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_synchronization_context_does_not_take_it_elsewhere(SslProtocols version)
    {
        await OnThread(() =>
        {
            var context = new RefusingContext();
            SynchronizationContext.SetSynchronizationContext(context);
            Converse(version);
            Assert.Same(context, SynchronizationContext.Current);
        });
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_task_scheduler_does_not_take_it_elsewhere(SslProtocols version)
    {
        using var scheduler = new OneThreadScheduler();
        await Task
            .Factory.StartNew(() => Converse(version), CancellationToken.None, TaskCreationOptions.None, scheduler)
            .WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_failure_in_a_foreign_scheduler_arrives_as_it_is()
    {
        using var scheduler = new OneThreadScheduler();
        Task task = Task.Factory.StartNew(
            () => InlineScope.Run<int>(_ => throw new FormatException("as it is"), 0),
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler
        );
        await Assert.ThrowsAsync<FormatException>(() => task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task The_stream_under_SslStream_refuses_a_foreign_thread()
    {
        await using var duplex = new TlsDuplex(new TlsOutput());
        duplex.Enter();
        _ = duplex.ReadAsync(new byte[1]);
        Assert.True(duplex.IsWaiting);

        await OnThread(() =>
        {
            Assert.Throws<InvalidOperationException>(() => duplex.Write([1]));
            Assert.Throws<InvalidOperationException>(() =>
            {
                _ = duplex.ReadAsync(new byte[1]);
            });
        });
        duplex.Leave();

        Assert.Throws<InvalidOperationException>(() => duplex.Write([1]));
    }

    [Fact]
    public async Task A_connection_may_move_to_another_thread_between_calls()
    {
        using TlsPair pair = TlsPair.Connected();

        await OnThread(() =>
        {
            pair.Client.WritePlaintext(TlsPair.Bytes("moved"));
            pair.Exchange();
        });

        Assert.Equal("moved", pair.ServerSink.Text);
    }

    private static void Converse(SslProtocols version)
    {
        // Byte by byte, so that SslStream waits, and is continued, at every place where it can.
        using var pair = new TlsPair(
            TlsPair.ClientOptions(version) with
            {
                ClientCertificate = TestCertificates.Client,
            },
            TlsPair.ServerOptions() with
            {
                ClientCertificates = TlsClientCertificateMode.Require,
                ClientTrustAnchors = TestCertificates.Anchors,
            }
        )
        {
            Cut = bytes => Array.ConvertAll(bytes, b => new[] { b }),
        };
        pair.Start();
        pair.Exchange();
        pair.Client.WritePlaintext(TlsPair.Bytes("ping"));
        pair.Exchange();
        pair.Server.WritePlaintext(TlsPair.Bytes("pong"));
        pair.Server.CloseNotify();
        pair.Exchange();

        Assert.Null(pair.ClientSink.Failure ?? pair.ServerSink.Failure);
        Assert.Equal("ping", pair.ServerSink.Text);
        Assert.Equal("pong", pair.ClientSink.Text);
        Assert.True(pair.ClientSink.PeerClosed);
        HashSet<int> threads = [.. pair.ClientSink.Threads, .. pair.ServerSink.Threads];
        Assert.Equal(Environment.CurrentManagedThreadId, Assert.Single(threads));
    }

    private static Task OnThread(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        thread.Start();
        return done.Task.WaitAsync(Deadline);
    }

    private sealed class RefusingContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("posted");
    }

    private sealed class OneThreadScheduler : TaskScheduler, IDisposable
    {
        private readonly BlockingCollection<Task> _tasks = [];

        public OneThreadScheduler()
        {
            new Thread(Run) { IsBackground = true }.Start();
        }

        public void Dispose() => _tasks.CompleteAdding();

        protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

        protected override void QueueTask(Task task) => _tasks.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        private void Run()
        {
            foreach (Task task in _tasks.GetConsumingEnumerable())
            {
                TryExecuteTask(task);
            }
        }
    }
}
