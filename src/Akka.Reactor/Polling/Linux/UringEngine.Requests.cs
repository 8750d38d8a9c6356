using System;
using System.Diagnostics;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>What the engine asks of the kernel.</summary>
internal sealed unsafe partial class UringEngine
{
    private const uint MSG_DONTWAIT = 0x40;
    private const uint AcceptFlags = Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
    private const int EndPatienceMilliseconds = 2000;
    private const int QueueAttempts = 1000;

    /// <summary>Queues every request that is missing, and the cancelling of every one too many.</summary>
    private void Prepare()
    {
        if (_starved)
        {
            // Who is slow to read gets copies, and the buffers go round again.
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
            // A poll for nothing tells errors and hang-ups all the same. Every poll also asks for the peer's FIN: one for a single
            // event would complete behind a FIN as often as it is begun, a multishot one reports it once and stays.
            Begin(socket, UringOperation.Watch, UringNative.OpPollAdd)->Length = UringNative.PollMultishot;
        }
    }

    private void BeginInput(UringSocket socket)
    {
        if (socket.Kind == SocketKind.Listening)
        {
            // One, and whoever takes it accepts the others by itself. To accept without end would take every descriptor of
            // the process while its loop is busy, whether it wants more connections or not.
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
        // Memory of the engine, the kernel's to read until the completion.
        byte* copy = _sends.Copy(bytes);
        if (copy is null)
        {
            return false;
        }

        UringSqe* send = Begin(socket, UringOperation.Send, UringNative.OpSend);
        send->Address = (ulong)copy;
        send->Length = (uint)bytes.Length;

        // Never kept in the kernel to wait for room: it is answered with EAGAIN then.
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
            // The kernel would take the number for whatever socket has it by then.
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
            // Sends are answered at once; there is nothing to cancel.
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
                // The kernel may want its completions taken first.
                Reap();
            }

            // A fresh engine, before its first wait: a whole crowd of sockets has something to send.
            Enable();
            _ring.Submit();
        }

        request->Operation = code;
        request->Descriptor = (int)descriptor;
        request->UserData = userData;
        return request;
    }

    /// <summary>
    /// Ends every request, so that the kernel has nothing of this engine, and what it has done by then is known. On another
    /// thread than the engine's, the kernel may refuse; then it does nothing more for this ring either.
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
            // It is being disposed because it failed; what it has is all there is to save.
        }

        Reap();
    }
}
