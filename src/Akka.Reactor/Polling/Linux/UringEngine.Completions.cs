using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>Handles the kernel's completions. Only records their results: no request is queued here.</summary>
internal sealed unsafe partial class UringEngine
{
    private bool _woken;
    private bool _starved;
    private bool _foundNoBuffer;

    private int Reap()
    {
        int reaped = 0;
        while (_ring.TryTake(out UringCqe completion))
        {
            reaped++;
            switch (completion.UserData)
            {
                case UringRequest.Ignored:
                    break;
                case UringRequest.Wake:
                    WakeAnswered(completion);
                    break;
                default:
                    Answered(completion);
                    break;
            }
        }

        return reaped;
    }

    // The poll is edge-triggered and reports every change of the eventfd: no read is needed before the next report.
    private void WakeAnswered(UringCqe completion)
    {
        _wakeArmed = (completion.Flags & UringNative.CqeMore) != 0;
        if (completion.Result >= 0)
        {
            _woken = true;
        }
        else if (completion.Result != -UringNative.ECANCELED && !_disposed)
        {
            throw PosixAbi.Linux.Failure("poll of the wake signal", -completion.Result);
        }
    }

    private void Answered(UringCqe completion)
    {
        UringSocket socket = _sockets[UringRequest.Slot(completion.UserData)]!;
        UringOperation operation = UringRequest.Operation(completion.UserData);
        bool last = (completion.Flags & UringNative.CqeMore) == 0;
        if (last)
        {
            End(socket, operation);
        }

        switch (operation)
        {
            case UringOperation.Input when socket.Kind == SocketKind.Listening:
                Accepted(socket, completion);
                break;
            case UringOperation.Input:
                Received(socket, completion);
                break;
            case UringOperation.Send:
                Sent(socket, completion.Result);
                break;
            default:
                Polled(socket, operation, completion.Result, last);
                break;
        }

        if (socket.Registration is not null)
        {
            List(socket);
            if ((last && operation != UringOperation.Send) || socket.EndsPollWrite)
            {
                MarkDirty(socket);
            }
        }
        else
        {
            StaleCompletions++;
            if (socket.UnderWay == 0)
            {
                FreeSlot(socket);
            }
        }
    }

    private void Received(UringSocket socket, UringCqe completion)
    {
        ushort buffer = (ushort)(completion.Flags >> 16);
        bool lent = (completion.Flags & UringNative.CqeBuffer) != 0;
        if (lent && completion.Result > 0)
        {
            socket.NoteReceived(full: completion.Result == _buffers.BufferSize);
            if (socket.WantsToRead)
            {
                socket.Inbox.Lease(buffer, completion.Result);
                if (!socket.WantsInput)
                {
                    MarkDirty(socket);
                }

                return;
            }

            // The kernel received these bytes before it learned that the registration no longer wants to read.
            socket.Inbox.Copy(_buffers, buffer, completion.Result);
        }

        if (lent)
        {
            _buffers.Release(buffer);
        }

        switch (completion.Result)
        {
            case > 0:
            case -UringNative.ECANCELED:
            case -Libc.EINTR:
            case -Libc.EAGAIN:
                break;
            case 0:
                socket.Finished = true;
                break;
            case -Libc.ENOBUFS:
                _starved |= !_buffers.Grow();
                _foundNoBuffer = true;
                break;
            default:
                socket.Fail(-completion.Result);
                break;
        }
    }

    private static void Accepted(UringSocket socket, UringCqe completion)
    {
        if (completion.Result >= 0)
        {
            socket.Untaken!.Add(completion.Result);
            if (socket.Registration is { } registration)
            {
                registration.AcceptedAhead = socket.Untaken.Count;
            }
            else
            {
                // The connection arrived while the accept was being cancelled. It will never be taken.
                socket.Untaken.Close();
            }
        }
        else if (completion.Result is not (-UringNative.ECANCELED or -Libc.EINTR or -Libc.EAGAIN))
        {
            socket.Fail(-completion.Result);
        }
    }

    private void Sent(UringSocket socket, int result)
    {
        _sends.Release();
        if (result is -Libc.EINTR or -UringNative.ECANCELED)
        {
            socket.SendDropped();
        }
        else
        {
            socket.SendAnswered(
                result >= 0 ? IoResult.Done(result) : IoResult.Failed(PosixAbi.Linux.ToFault(-result), -result)
            );
        }
    }

    private static void Polled(UringSocket socket, UringOperation operation, int result, bool last)
    {
        if (result == -UringNative.ECANCELED)
        {
            return;
        }

        socket.PeerHasFinished |= result > 0 && ((uint)result & Libc.EPOLLRDHUP) != 0;

        // A refused poll (no such descriptor, not a socket) is a fault of that socket.
        if (result < 0 || ((uint)result & (Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            socket.HangUp();
        }

        if (operation == UringOperation.PollWrite && result >= 0)
        {
            socket.CanWrite = ((uint)result & Libc.EPOLLOUT) != 0;

            // A multishot poll reports changes only. It is ended, so that a new poll reports whether the socket is still
            // writable.
            socket.EndsPollWrite = socket.CanWrite && !last;
        }
    }
}
