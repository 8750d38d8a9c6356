using System;
using System.Linq;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Bsd;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

public sealed class PosixAbiSpec
{
    // The faults, and their numbers on Linux, macOS and FreeBSD.
    public static TheoryData<string, int, int, int> Numbers =>
        new()
        {
            { nameof(SocketFault.None), 0, 0, 0 },
            { nameof(SocketFault.WouldBlock), 11, 35, 35 },
            { nameof(SocketFault.InProgress), 115, 36, 36 },
            { nameof(SocketFault.ConnectionReset), 104, 54, 54 },
            { nameof(SocketFault.ConnectionReset), 32, 32, 32 },
            { nameof(SocketFault.ConnectionAborted), 103, 53, 53 },
            { nameof(SocketFault.ConnectionAborted), 71, 100, 92 },
            { nameof(SocketFault.ConnectionRefused), 111, 61, 61 },
            { nameof(SocketFault.TimedOut), 110, 60, 60 },
            { nameof(SocketFault.Unreachable), 101, 51, 51 },
            { nameof(SocketFault.Unreachable), 113, 65, 65 },
            { nameof(SocketFault.Unreachable), 100, 50, 50 },
            { nameof(SocketFault.Unreachable), 112, 64, 64 },
            { nameof(SocketFault.AddressInUse), 98, 48, 48 },
            { nameof(SocketFault.AddressNotAvailable), 99, 49, 49 },
            { nameof(SocketFault.AccessDenied), 13, 13, 13 },
            { nameof(SocketFault.AccessDenied), 1, 1, 1 },
            { nameof(SocketFault.OutOfResources), 24, 24, 24 },
            { nameof(SocketFault.OutOfResources), 23, 23, 23 },
            { nameof(SocketFault.OutOfResources), 12, 12, 12 },
            { nameof(SocketFault.OutOfResources), 105, 55, 55 },
            { nameof(SocketFault.NotConnected), 107, 57, 57 },
            { nameof(SocketFault.Invalid), 9, 9, 9 },
            { nameof(SocketFault.Other), 22, 22, 22 },
            { nameof(SocketFault.Invalid), 88, 38, 38 },
            { nameof(SocketFault.Other), 14, 14, 14 },
        };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Each_system_has_its_own_numbers_for_the_same_fault(string fault, int linux, int macOS, int freeBsd)
    {
        Assert.Equal(fault, PosixAbi.Linux.ToFault(linux).ToString());
        Assert.Equal(fault, PosixAbi.MacOS.ToFault(macOS).ToString());
        Assert.Equal(fault, PosixAbi.FreeBsd.ToFault(freeBsd).ToString());
    }

    [Fact]
    public void Every_fault_has_a_number() =>
        Assert.Equal(
            Enum.GetNames<SocketFault>().Order(StringComparer.Ordinal),
            Numbers.Select(row => (string)row[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void No_number_of_linux_is_taken_for_its_meaning_elsewhere()
    {
        Assert.Equal(SocketFault.Other, PosixAbi.MacOS.ToFault(104));
        Assert.Equal(SocketFault.Other, PosixAbi.FreeBsd.ToFault(111));
        Assert.NotEqual(SocketFault.WouldBlock, PosixAbi.MacOS.ToFault(11));
        Assert.Equal(SocketFault.Other, PosixAbi.Linux.ToFault(54));
    }

    [Fact]
    public void The_systems_differ_where_their_headers_do()
    {
        Assert.Equal((10, 30, 28), Of(abi => abi.AfInet6));
        Assert.Equal((1, 0xffff, 0xffff), Of(abi => abi.SolSocket));
        Assert.Equal((2, 4, 4), Of(abi => abi.SoReuseAddr));
        Assert.Equal((4, 0x1007, 0x1007), Of(abi => abi.SoError));
        Assert.Equal((13, 0x80, 0x80), Of(abi => abi.SoLinger));
        Assert.Equal((0, 0x1022, 0), Of(abi => abi.SoNoSigPipe));
        Assert.Equal((26, 27, 27), Of(abi => abi.Ipv6V6Only));
        Assert.Equal((7, 0x1001, 0x1001), Of(abi => abi.SoSndBuf));
        Assert.Equal((8, 0x1002, 0x1002), Of(abi => abi.SoRcvBuf));
        Assert.Equal((9, 8, 8), Of(abi => abi.SoKeepAlive));
        Assert.Equal((15, 0x200, 0x10000), Of(abi => abi.SoReusePort));
        Assert.Equal((4, 0x10, 0x100), Of(abi => abi.TcpKeepIdle));
        Assert.Equal((5, 0x101, 0x200), Of(abi => abi.TcpKeepIntvl));
        Assert.Equal((6, 0x102, 0x400), Of(abi => abi.TcpKeepCnt));
        Assert.Equal((18, 0, 0), Of(abi => abi.TcpUserTimeout));
        Assert.Equal((95, 102, 45), Of(abi => abi.EOpNotSupp));
        Assert.Equal((97, 47, 47), Of(abi => abi.EAfNoSupport));
        Assert.Equal((0x4000, 0, 0x20000), Of(abi => abi.SendFlags));
        Assert.Equal((0x80800, 0, 0x30000000), Of(abi => abi.SocketFlags));
        Assert.Equal((0x800, 4, 4), Of(abi => abi.ONonBlock));
    }

    [Fact]
    public void An_event_of_kqueue_has_its_fields_where_the_systems_have_them()
    {
        Assert.Equal(KqueueNative.MacOSEventSize, Marshal.SizeOf<KqueueNative.Event>());
        Assert.Equal(32, KqueueNative.MacOSEventSize);
        Assert.Equal(64, KqueueNative.FreeBsdEventSize);
        Assert.Equal(0, OffsetOf(nameof(KqueueNative.Event.Identifier)));
        Assert.Equal(8, OffsetOf(nameof(KqueueNative.Event.Filter)));
        Assert.Equal(10, OffsetOf(nameof(KqueueNative.Event.Flags)));
        Assert.Equal(12, OffsetOf(nameof(KqueueNative.Event.FilterFlags)));
        Assert.Equal(16, OffsetOf(nameof(KqueueNative.Event.Data)));
        Assert.Equal(24, OffsetOf(nameof(KqueueNative.Event.UserData)));
    }

    [Fact]
    public void The_structures_of_waiting_are_the_systems()
    {
        Assert.Equal(8, Marshal.SizeOf<Libc.PollFd>());
        Assert.Equal(4, (int)Marshal.OffsetOf<Libc.PollFd>(nameof(Libc.PollFd.Events)));
        Assert.Equal(6, (int)Marshal.OffsetOf<Libc.PollFd>(nameof(Libc.PollFd.ReturnedEvents)));
        Assert.Equal(16, Marshal.SizeOf<Libc.TimeVal>());
        Assert.Equal(8, Marshal.SizeOf<Libc.Linger>());
    }

    private static (int Linux, int MacOS, int FreeBsd) Of(Func<PosixAbi, int> number) =>
        (number(PosixAbi.Linux), number(PosixAbi.MacOS), number(PosixAbi.FreeBsd));

    private static int OffsetOf(string field) => (int)Marshal.OffsetOf<KqueueNative.Event>(field);
}
