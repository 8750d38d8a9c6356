using System;
using System.Diagnostics;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>Queues the engine's requests to the kernel.</summary>
internal sealed unsafe partial class UringEngine
{
    private const uint MSG_DONTWAIT = 0x40;
    private const uint AcceptFlags = Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
    private const int EndPatienceMilliseconds = 2000;
    private const int QueueAttempts = 1000;

    /// <summary>Queues every missing request, and a cancellation for every request that is no longer wanted.</summary>
    private void Prepare()
    {
        if (_starved)
        {
            // Copies the bytes of sockets that are slow to read, so that their buffers return to the ring.
            _starved = false;
            foreach (UringSocket socket in _listed)
            {
                socket.Inbox.CopyOut(_buffers);
            }
        }

        while (_table.TryTakeChanged(out Registration? registration))
        {
            registration.Applied = registration.Interest;
            UringSocket changed = (UringSocket)registration.State!;
            List(changed);
            Update(changed);
        }

        while (_dirty.TryDequeue(out UringSocket? socket))
        {
            socket.Dirty = false;
            Update(socket);
        }

        if (!_wakeArmed)
        {
            _wakeArmed = true;
            UringSqe* poll = Queue(UringRequest.Wake, UringNative.OpPollAdd, _wake.Descriptor, out _);
            poll->OperationFlags = Libc.EPOLLIN;
            poll->Length = UringNative.PollMultishot;
        }
    }

    private void Update(UringSocket socket)
    {
        if (socket.Registration is null)
        {
            return;
        }

        if (!socket.WantsToRead)
        {
            socket.Inbox.CopyOut(_buffers);
        }

        if (!socket.WantsToWrite)
        {
            socket.CanWrite = false;
        }
        else if (!socket.CanWrite && socket.Requests[(int)UringOperation.PollWrite].IsIdle)
        {
            UringSqe* poll = Begin(socket, UringOperation.PollWrite, UringNative.OpPollAdd);
            poll->OperationFlags = Libc.EPOLLOUT;
            poll->Length = socket.PeerHasFinished ? UringNative.PollMultishot : 0;
        }

        if (socket.EndsPollWrite)
        {
            socket.EndsPollWrite = false;
            Cancel(socket, UringOperation.PollWrite);
        }

        if (!socket.WantsInput)
        {
            Cancel(socket, UringOperation.Input);
        }
        else if (socket.Requests[(int)UringOperation.Input].IsIdle)
        {
            BeginInput(socket);
        }

        if (socket.WantsWatch && socket.Requests[(int)UringOperation.Watch].IsIdle)
        {
            // A poll with an empty mask still reports errors and hang-ups. Every poll also reports the peer's FIN: after
            // a FIN a one-shot poll would complete each time it is started, but a multishot poll reports the FIN once and
            // stays active.
            Begin(socket, UringOperation.Watch, UringNative.OpPollAdd)->Length = UringNative.PollMultishot;
        }
    }

    private void BeginInput(UringSocket socket)
    {
        if (socket.Kind == SocketKind.Listening)
        {
            // Accepts one connection. The acceptor that takes it accepts further connections by system calls. A multishot
            // accept would take every descriptor of the process while the loop is busy, whether the loop wants more
            // connections or not.
            Begin(socket, UringOperation.Input, UringNative.OpAccept)->OperationFlags = AcceptFlags;
        }
        else
        {
            UringSqe* receive = Begin(socket, UringOperation.Input, UringNative.OpReceive);
            socket.Multishot = !socket.Streams;
            receive->Priority = socket.Multishot ? UringNative.ReceiveMultishot : (ushort)0;
            receive->Flags = UringNative.SqeSelectBuffer;
            receive->BufferGroup = UringBufferRing.Group;
        }
    }

    private bool QueueSend(UringSocket socket, ReadOnlySpan<byte> bytes)
    {
        // The copy lies in the engine's memory. The kernel may read it until the completion.
        byte* copy = _sends.Copy(bytes);
        if (copy is null)
        {
            return false;
        }

        UringSqe* send = Begin(socket, UringOperation.Send, UringNative.OpSend);
        send->Address = (ulong)copy;
        send->Length = (uint)bytes.Length;

        // MSG_DONTWAIT: the kernel never keeps a send until the socket has room, but completes it with EAGAIN.
        send->OperationFlags = Libc.MSG_NOSIGNAL | MSG_DONTWAIT;
        socket.SendBegun();
        return true;
    }

    private UringSqe* Begin(UringSocket socket, UringOperation operation, byte code)
    {
        ulong userData = UringRequest.UserData(socket.Slot, operation);
        UringSqe* request = Queue(userData, code, socket.Descriptor, out ulong position);
        socket.Requests[(int)operation] = new UringRequest { State = UringRequestState.Running, Position = position };
        socket.UnderWay++;
        _underWay++;
        return request;
    }

    private void End(UringSocket socket, UringOperation operation)
    {
        socket.Requests[(int)operation].State = UringRequestState.Idle;
        socket.UnderWay--;
        _underWay--;
    }

    private void Cancel(UringSocket socket, UringOperation operation)
    {
        ref UringRequest request = ref socket.Requests[(int)operation];
        if (request.State != UringRequestState.Running)
        {
            return;
        }

        if (_ring.IsQueued(request.Position))
        {
            // The request names a descriptor number: the kernel would apply it to whichever socket has that number when
            // it is submitted.
            _ring.Neutralise(request.Position);
            End(socket, operation);
            if (operation == UringOperation.Send)
            {
                socket.SendDropped();
                _sends.Release();
            }
        }
        else if (operation != UringOperation.Send)
        {
            // Only requests other than sends are cancelled: the kernel completes a send immediately.
            request.State = UringRequestState.Cancelling;
            UringSqe* cancel = Queue(UringRequest.Ignored, UringNative.OpCancel, -1, out _);
            cancel->Address = UringRequest.UserData(socket.Slot, operation);
            cancel->Flags = UringNative.SqeSkipSuccess;
        }
    }

    private UringSqe* Queue(ulong userData, byte code, nint descriptor, out ulong position)
    {
        UringSqe* request;
        for (int attempts = 0; !_ring.TryQueue(out request, out position); attempts++)
        {
            if (attempts == QueueAttempts)
            {
                throw PosixAbi.Linux.Failure("io_uring_enter", UringNative.EBUSY);
            }

            if (attempts > 0)
            {
                // The kernel may require that its completions are taken first.
                Reap();
            }

            // Before the first wait of a new engine the ring is not enabled yet, and many sockets may already have
            // something to send.
            Enable();
            _ring.Submit();
        }

        request->Operation = code;
        request->Descriptor = (int)descriptor;
        request->UserData = userData;
        return request;
    }

    /// <summary>
    /// Ends every request, so that the kernel uses nothing of this engine any more, and records all that the kernel has
    /// done until then. On a thread other than the engine's, the kernel may refuse this; it then does nothing more for
    /// this ring either.
    /// </summary>
    private void Finish()
    {
        if (!_ring.Enabled)
        {
            return;
        }

        try
        {
            if (!_ring.OneThreadOnly || Environment.CurrentManagedThreadId == _thread)
            {
                UringSqe* cancel = Queue(UringRequest.Ignored, UringNative.OpCancel, -1, out _);
                cancel->OperationFlags = UringNative.CancelAll | UringNative.CancelAny;
                cancel->Flags = UringNative.SqeSkipSuccess;
#pragma warning disable RS0030 // The kernel waits in real time.
                long started = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
                do
                {
                    _ring.Enter(_underWay > 0 ? EndPatienceMilliseconds / 10 : 0);
                    Reap();
                } while (
                    _underWay > 0 && Stopwatch.GetElapsedTime(started).TotalMilliseconds < EndPatienceMilliseconds
                );
            }
        }
        catch (SocketFaultException)
        {
            // The engine is being disposed because the ring has failed. Only the completions that are already posted can
            // be saved.
        }

        Reap();
    }
}
