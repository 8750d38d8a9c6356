using System;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Linux;

/// <summary>Bytes that say where in their stream they belong, sent by the system's own call and checked on arrival.</summary>
internal sealed class UringStream
{
    private readonly byte[] _block = new byte[64 * 1024];

    internal long Sent { get; private set; }

    internal long Received { get; private set; }

    /// <summary>Fills the buffer with what comes next, without counting it as sent.</summary>
    internal void Next(Span<byte> buffer)
    {
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = At(Sent + i);
        }
    }

    internal void Advance(int count) => Sent += count;

    /// <summary>Sends until the socket takes no more, or so much.</summary>
    internal void Pour(nint descriptor, long atMost = long.MaxValue)
    {
        while (atMost > 0)
        {
            Span<byte> bytes = _block.AsSpan(0, (int)Math.Min(_block.Length, atMost));
            Next(bytes);
            IoResult result = PosixIo.Instance.Send(descriptor, bytes);
            if (!result.Succeeded)
            {
                Assert.True(result.WouldBlock);
                return;
            }

            Advance(result.Count);
            atMost -= result.Count;
        }
    }

    internal void Check(ReadOnlySpan<byte> arrived)
    {
        foreach (byte one in arrived)
        {
            Assert.Equal(At(Received++), one);
        }
    }

    // Differs between neighbours, and between one multiple of a buffer's size and the next.
    private static byte At(long position) => (byte)(position ^ (position >> 8) ^ (position >> 14));
}
