using System;
using System.Collections.Generic;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsRecordReaderSpec
{
    private static readonly byte[] Stream =
    [
        22,
        3,
        1,
        0,
        3,
        1,
        2,
        3,
        20,
        3,
        3,
        0,
        1,
        1,
        23,
        3,
        3,
        0,
        1,
        9,
        21,
        3,
        3,
        0,
        2,
        2,
        40,
    ];

    [Fact]
    public void Records_are_found_at_every_split()
    {
        for (int first = 1; first < Stream.Length; first++)
        {
            for (int second = first; second < Stream.Length; second++)
            {
                Assert.Equal([8, 14, 20, 27], Ends(Stream[..first], Stream[first..second], Stream[second..]));
            }
        }
    }

    [Fact]
    public void Only_a_complete_unencrypted_alert_is_told()
    {
        var reader = default(TlsRecordReader);

        reader.Take([21, 3, 3, 0, 2, 2], out _);
        Assert.Null(reader.PlainAlert);
        reader.Take([48], out _);
        Assert.Equal(TlsAlert.UnknownCa, reader.PlainAlert);
        reader.Take([21, 3, 3, 0, 3, 1, 2, 48], out _);
        Assert.Null(reader.PlainAlert);
    }

    [Theory]
    [InlineData(TlsRecordFault.ContentType, new byte[] { 19 })]
    [InlineData(TlsRecordFault.ContentType, new byte[] { 24 })]
    [InlineData(TlsRecordFault.Version, new byte[] { 22, 2 })]
    [InlineData(TlsRecordFault.Empty, new byte[] { 22, 3, 1, 0, 0 })]
    [InlineData(TlsRecordFault.Empty, new byte[] { 23, 3, 3, 0, 0 })]
    [InlineData(TlsRecordFault.Length, new byte[] { 23, 3, 3, 0x48, 0x01 })]
    internal void A_fault_is_found_at_its_byte(TlsRecordFault expected, byte[] header)
    {
        var whole = default(TlsRecordReader);
        Assert.Equal(header.Length, whole.Take([.. header, 0, 0], out TlsRecordFault fault));
        Assert.Equal(expected, fault);

        var drip = default(TlsRecordReader);
        for (int i = 0; i < header.Length; i++)
        {
            Assert.Equal(1, drip.Take(header.AsSpan(i, 1), out fault));
            Assert.Equal(i == header.Length - 1 ? expected : TlsRecordFault.None, fault);
        }
    }

    [Fact]
    public void The_largest_record_is_allowed()
    {
        var reader = default(TlsRecordReader);

        reader.Take([23, 3, 3, 0x48, 0x00], out TlsRecordFault fault);

        Assert.Equal(TlsRecordFault.None, fault);
        Assert.Equal(18432, reader.Remaining);
    }

    private static List<int> Ends(params byte[][] pieces)
    {
        var reader = default(TlsRecordReader);
        var ends = new List<int>();
        int offset = 0;
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            while (!rest.IsEmpty)
            {
                int taken = reader.Take(rest, out TlsRecordFault fault);
                Assert.Equal(TlsRecordFault.None, fault);
                offset += taken;
                rest = rest[taken..];
                if (reader.IsComplete)
                {
                    ends.Add(offset);
                }
            }
        }

        return ends;
    }
}
