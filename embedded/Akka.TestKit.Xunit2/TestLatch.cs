using System;
using System.Threading;

namespace Akka.TestKit;

/// <summary>Opens when it was counted down to zero. For any threads.</summary>
public class TestLatch
{
    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _latch;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _timeout;

    public TestLatch()
        : this(1) { }

    public TestLatch(int count)
        : this(count, s_defaultTimeout) { }

    public TestLatch(int count, TimeSpan defaultTimeout)
        : this(dilate: null, defaultTimeout, count) { }

    protected TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        _latch = new CountdownEvent(count);
        _dilate = dilate;
        _timeout = defaultTimeout;
    }

    internal TestLatch(TestKitBase testKit, int count)
        : this(testKit.Dilated, testKit.TestKitSettings.DefaultTimeout, count) { }

    public bool IsOpen => _latch.IsSet;

    public void CountDown() => _latch.Signal();

    public void Open()
    {
        while (!IsOpen)
            CountDown();
    }

    public void Reset() => _latch.Reset();

    /// <summary>Waits until the latch is open, for the default timeout.</summary>
    public void Ready() => Ready(_timeout);

    /// <summary>Waits until the latch is open.</summary>
    /// <exception cref="TimeoutException">It did not open in time.</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
            throw new ArgumentException($"TestLatch does not support waiting for {timeout}", nameof(timeout));

        TimeSpan limit = _dilate is null ? timeout : _dilate(timeout);
        if (!_latch.Wait(limit))
            throw new TimeoutException($"Timeout of {limit}");
    }
}
