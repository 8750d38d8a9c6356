using System;
using System.Threading;

namespace Akka.TestKit;

/// <summary>Lets a number of threads go on together.</summary>
public class TestBarrier
{
    private readonly TestKitBase _testKit;
    private readonly Barrier _barrier;
    private readonly int _count;
    private readonly TimeSpan _timeout;

    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        _testKit = testKit;
        _count = count;
        _barrier = new Barrier(count);
        _timeout = defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout;
    }

    public void Await() => Await(_timeout);

    /// <summary>Waits for the others; a timeout passes unseen, as in Akka.NET 1.5.</summary>
    public void Await(TimeSpan timeout) => _barrier.SignalAndWait(_testKit.Dilated(timeout));

    public void Reset()
    {
        _barrier.RemoveParticipants(_count);
        _barrier.AddParticipants(_count);
    }
}
