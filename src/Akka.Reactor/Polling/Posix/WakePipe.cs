using System.Threading;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// A wake signal for any Unix: a pipe. The signal is set while the pipe has a byte to read. The pipe is created first and
/// marked as close-on-exec afterwards: a process that another thread starts between the two inherits it, which costs that
/// process a descriptor or two.
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
        // Guards against Dispose on another thread: otherwise the number could belong to another socket when it is
        // written to.
        lock (_gate)
        {
            if (_writer >= 0)
            {
                // The byte lives on this stack frame; the kernel copies it. EAGAIN means that the pipe is full: the
                // signal is already set.
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
        // The kernel writes the bytes to this stack frame. All calls of Set so far count as one.
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
