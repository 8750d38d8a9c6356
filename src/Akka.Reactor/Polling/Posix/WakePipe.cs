using System.Threading;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// A wake signal for any Unix: a pipe, of which a byte to read means set. Between the making of the pipe and its being
/// closed on exec lies a moment in which a process started by another thread inherits it, which costs a descriptor there.
/// </summary>
internal sealed unsafe class WakePipe : IWakeSignal
{
    private readonly Lock _gate = new();
    private int _reader;
    private int _writer;

    internal WakePipe(PosixAbi abi)
    {
        // The kernel writes the two numbers to this stack frame.
        int* ends = stackalloc int[2];
        if (Libc.Pipe(ends) < 0)
        {
            throw abi.LastFailure("pipe");
        }

        _reader = ends[0];
        _writer = ends[1];
        if (!abi.Prepare(_reader) || !abi.Prepare(_writer))
        {
            SocketFaultException failure = abi.LastFailure("fcntl");
            Dispose();
            throw failure;
        }
    }

    public nint Descriptor => _reader;

    public void Set()
    {
        // Against Dispose on another thread: the number may be another socket's by the time it is written to.
        lock (_gate)
        {
            if (_writer >= 0)
            {
                // The byte lives on this stack frame; the kernel copies it. EAGAIN: the pipe is full, so it is set.
                byte one = 1;
                _ = Libc.Write(_writer, &one, 1);
            }
        }
    }

    public void Wait(int timeoutMilliseconds)
    {
        if (WakeWait.IsReadable(_reader, timeoutMilliseconds))
        {
            Clear();
        }
    }

    public void Clear()
    {
        // The kernel writes to this stack frame. All sets so far are one.
        const int Size = 512;
        byte* bytes = stackalloc byte[Size];
        while (Libc.Read(_reader, bytes, Size) == Size) { }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_reader >= 0)
            {
                _ = Libc.Close(_reader);
                _ = Libc.Close(_writer);
                _reader = -1;
                _writer = -1;
            }
        }
    }
}
