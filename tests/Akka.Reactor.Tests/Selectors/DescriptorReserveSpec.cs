using System;
using System.Net;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;
using Xunit;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>Who may open a descriptor when there are few.</summary>
public sealed class DescriptorReserveSpec
{
    private readonly FewDescriptors _sockets = new() { Free = 100 };
    private readonly DescriptorReserve _reserve;
    private long _now;

    public DescriptorReserveSpec() => _reserve = new DescriptorReserve(_sockets);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Those_that_dial_go_on_after_a_shortage_with_what_was_the_reserve(int takenByOthers)
    {
        _reserve.Join();
        Assert.Equal(100 - DescriptorReserve.Size, _sockets.Free);

        // All others are accepted connections by now, and each waits for a dial.
        _sockets.Free = 0;
        Assert.False(_reserve.MayOpen(_now, out int errno));
        Assert.Equal(FewDescriptors.TooMany, errno);
        Assert.Equal(DescriptorReserve.Size, _sockets.Free);
        _sockets.Free -= takenByOthers;
        Assert.True(_reserve.MayOpen(_now += 100, out _));

        // Nobody is accepted meanwhile.
        Assert.True(_reserve.IsReported(_now, out _));
    }

    [Fact]
    public void They_leave_some_for_the_runtime()
    {
        _reserve.Join();
        _sockets.Free = 0;
        Assert.False(_reserve.MayOpen(_now, out _));
        int opened = 0;
        while (_reserve.MayOpen(_now += 20, out _))
        {
            _sockets.Free--;
            opened++;
        }

        // Half of the reserve is there when the last of them looks.
        Assert.InRange(opened, DescriptorReserve.Size / 2, DescriptorReserve.Size / 2 + 1);
        Assert.InRange(_sockets.Free, DescriptorReserve.Size / 2 - 1, DescriptorReserve.Size / 2);
    }

    /// <summary>The runtime keeps two descriptors for each assembly that it loads: it may have taken most of the reserve.</summary>
    [Fact]
    public void Those_that_dial_do_not_stand_still_because_others_have_taken_most_of_the_reserve()
    {
        _reserve.Join();
        _sockets.Free = 0;
        Assert.False(_reserve.MayOpen(_now, out _));
        _sockets.Free = 3;
        int opened = 0;
        for (int i = 0; i < 100; i++)
        {
            opened += _reserve.MayOpen(_now += 50, out _) ? 1 : 0;
        }

        Assert.InRange(opened, 3, 5);
        _sockets.Free = 0;
        Assert.False(_reserve.MayOpen(_now += 5000, out _));
    }

    /// <summary>While they are open, the runtime would find none to load code with, and that code would fail for good.</summary>
    [Fact]
    public void None_is_opened_to_find_out_how_many_are_free_if_the_system_says_it()
    {
        _reserve.Join();
        _sockets.SaysHowManyAreFree = true;
        _sockets.Free = DescriptorReserve.Size / 2;
        int least = _sockets.Least = _sockets.Free;
        Assert.True(_reserve.MayOpen(_now, out _));
        Assert.Equal(least, _sockets.Least);
        _sockets.Free--;
        Assert.False(_reserve.MayOpen(_now += 100, out int errno));
        Assert.Equal(FewDescriptors.TooMany, errno);
        Assert.Equal(least, _sockets.Least);
    }

    /// <summary>
    /// The runtime opens a pipe for each thread that it starts. If there is no descriptor in that moment, the process may end.
    /// </summary>
    [Fact]
    public void The_reserve_is_left_free_and_not_held_if_the_system_says_how_many_are_free()
    {
        _sockets.SaysHowManyAreFree = true;
        _reserve.Join();
        Assert.Equal(100 - DescriptorReserve.Size, _reserve.Room(out _));
        _sockets.Free = DescriptorReserve.Size + 1;
        Assert.Equal(1, _reserve.Room(out _));
        _sockets.Free--;
        Assert.Equal(0, _reserve.Room(out int errno));
        Assert.Equal(FewDescriptors.TooMany, errno);
        _sockets.Free = 0;
        Assert.Equal(0, _reserve.Room(out _));
        Assert.Equal(int.MaxValue, _sockets.Least);
    }

    [Fact]
    public void The_reserve_is_held_if_the_system_does_not_say_how_many_are_free()
    {
        _reserve.Join();
        Assert.Equal(100 - DescriptorReserve.Size, _sockets.Free);
        _sockets.Free = 0;
        Assert.Equal(int.MaxValue, _reserve.Room(out _));
        _reserve.GiveUp();
        Assert.Equal(DescriptorReserve.Size, _sockets.Free);
        _sockets.Free--;
        Assert.Equal(0, _reserve.Room(out int errno));
        Assert.Equal(FewDescriptors.TooMany, errno);
        Assert.Equal(DescriptorReserve.Size - 1, _sockets.Free);
    }

    [Fact]
    public void Without_listeners_and_without_a_shortage_nobody_has_to_look()
    {
        _sockets.Free = 0;
        Assert.True(_reserve.MayOpen(_now, out _));
    }

    private sealed class FewDescriptors : ISockets
    {
        internal const int TooMany = 24;

        internal int Free { get; set; }

        /// <summary>The fewest that were free after one was opened.</summary>
        internal int Least { get; set; } = int.MaxValue;

        internal bool SaysHowManyAreFree { get; set; }

        public SocketFeatures Features => throw new NotSupportedException();

        public nint Reserve(out int errno)
        {
            errno = Free > 0 ? 0 : TooMany;
            nint descriptor = Free > 0 ? Free-- : -1;
            Least = Math.Min(Least, Free);
            return descriptor;
        }

        public int FreeDescriptors(out int refusal)
        {
            refusal = TooMany;
            return SaysHowManyAreFree ? Free : -1;
        }

        public void Close(nint descriptor) => Free++;

        public nint Listen(EndPoint endPoint, int backlog, ListenOptions? settings = null) =>
            throw new NotSupportedException();

        public nint Connect(EndPoint endPoint, SocketOptions? options = null, IPEndPoint? local = null) =>
            throw new NotSupportedException();

        public void SetKeepAlive(nint descriptor, bool on) => throw new NotSupportedException();

        public void SetBuffers(nint descriptor, SocketOptions options) => throw new NotSupportedException();

        public (SocketFault Fault, int Errno) TakeError(nint descriptor) => throw new NotSupportedException();

        public EndPoint LocalEndPoint(nint descriptor) => throw new NotSupportedException();

        public int Unacknowledged(nint descriptor) => throw new NotSupportedException();

        public void ShutdownWrite(nint descriptor) => throw new NotSupportedException();

        public void Reset(nint descriptor) => throw new NotSupportedException();

        public string Describe(int errno) => throw new NotSupportedException();
    }
}
