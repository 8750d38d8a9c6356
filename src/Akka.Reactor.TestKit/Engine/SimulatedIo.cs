using System;
using System.IO;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>Receives, sends and accepts on the descriptors of a simulated host, and injects the faults of these calls.</summary>
internal sealed class SimulatedIo(SimulatedHost host) : ISocketIo
{
    private readonly SimulatedNetwork _network = host.Network;

    public IoResult Receive(nint descriptor, Span<byte> buffer)
    {
        if (host.At(descriptor) is not SimulatedEnd end)
        {
            return Errno.Failed(Errno.ENOTCONN);
        }

        SimulatedFaults faults = _network.Faults;
        if (!end.State.Dead && _network.Random.Chance(faults.WouldBlock))
        {
            return Errno.Failed(Errno.EAGAIN);
        }

        if (end.State.Unread > 1 && buffer.Length > 1 && _network.Random.Chance(faults.ShortReceive))
        {
            buffer = buffer[..(1 + _network.Random.Next(Math.Min(buffer.Length, end.State.Unread) - 1))];
        }

        IoResult result = end.State.Receive(buffer);
        _network.Trace.Add(end, result.Succeeded ? "receives" : Errno.Describe(result.Errno), result.Count);
        _network.AnnounceRoom(end);
        return result;
    }

    public IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer)
    {
        if (host.At(descriptor) is not SimulatedEnd end)
        {
            return Errno.Failed(Errno.ENOTCONN);
        }

        SimulatedFaults faults = _network.Faults;
        if (!end.State.Dead && _network.Random.Chance(faults.WouldBlock))
        {
            return Errno.Failed(Errno.EAGAIN);
        }

        if (buffer.Length > 1 && _network.Random.Chance(faults.ShortSend))
        {
            buffer = buffer[..(1 + _network.Random.Next(buffer.Length - 1))];
        }

        IoResult result = end.State.Send(buffer);
        _network.Trace.Add(end, result.Succeeded ? "takes" : Errno.Describe(result.Errno), result.Count);
        _network.Transmit(end);
        return result;
    }

    public IoResult SendFile(nint descriptor, in FileRange file)
    {
        byte[] part = new byte[file.Count];
        int read = RandomAccess.Read(file.Handle!, part, file.Offset);
        return read == 0 ? IoResult.Done(0) : Send(descriptor, part.AsSpan(0, read));
    }

    public AcceptResult Accept(nint listener)
    {
        if (host.At(listener) is not SimulatedListener waiting)
        {
            return Failed(Errno.EINVAL);
        }

        SimulatedFaults faults = _network.Faults;
        if (waiting.Level == Readiness.None || _network.Random.Chance(faults.WouldBlock))
        {
            return Failed(Errno.EAGAIN);
        }

        if (_network.Random.Chance(faults.AcceptFailure))
        {
            int errno = _network.Random.Chance(0.5) ? Errno.EMFILE : Errno.ECONNABORTED;
            _network.Trace.Add(waiting, Errno.Describe(errno));
            return Failed(errno);
        }

        if (host.IsOutOfDescriptors)
        {
            return Failed(Errno.EMFILE);
        }

        SimulatedEnd end = waiting.Take()!;
        int descriptor = host.Open(end);
        _network.Trace.Add(end, "is accepted");
        return new AcceptResult(descriptor, end.Remote, SocketFault.None, 0);
    }

    private static AcceptResult Failed(int errno) => new(-1, null, Errno.ToFault(errno), errno);
}
