using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Posix;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// The file at which a unix socket is found. The file remains when the listening process is killed. Nobody answers at
/// such a file, and it is replaced.
/// </summary>
internal sealed class UnixSocketFile(PosixAbi abi, UnixDomainSocketEndPoint endPoint)
{
    private readonly string _path = endPoint.ToString();

    /// <summary>Binds the socket to the file. Throws <see cref="SocketFaultException"/>.</summary>
    internal void Bind(int descriptor)
    {
        try
        {
            PosixSockets.Bind(abi, descriptor, endPoint);
            return;
        }
        catch (SocketFaultException taken) when (taken.Fault == SocketFault.AddressInUse)
        {
            if (!IsSocket())
            {
                const string Text = "a file with that name exists; it is not a socket, so it is not replaced";
                throw new SocketFaultException("bind", taken.Fault, taken.Errno, Text);
            }

            if (SomebodyAnswers())
            {
                throw;
            }
        }

        // Two processes that start at the same moment may both come here. The later one then has the name, as if it had
        // started a moment earlier. Only a lock file could prevent this.
        Remove(_path);
        PosixSockets.Bind(abi, descriptor, endPoint);
    }

    /// <summary>Sets the mode of the file. Must be called before listen, so that nobody connects under another mode.</summary>
    internal void SetMode(UnixFileMode? mode)
    {
        if (mode is { } bits && Libc.Chmod(_path, (uint)bits) < 0)
        {
            SocketFaultException refusal = abi.LastFailure("chmod");
            string text = $"unix-mode was refused: {refusal.Text}";
            throw new SocketFaultException("chmod", refusal.Fault, refusal.Errno, text);
        }
    }

    /// <summary>Removes the file. A file that cannot be removed stays; the next process that listens there replaces it.</summary>
    internal static void Remove(string? path)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // The folder may be gone, or this process may no longer write to it.
        }
    }

    // open fails on a socket, with an error number of its own. connect cannot tell a plain file from a socket at which
    // nobody listens: it fails with the same error on both.
    private bool IsSocket()
    {
        int descriptor = Libc.Open(_path, abi.ONonBlock);
        if (descriptor < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is Libc.ENXIO or Libc.ENOENT || errno == abi.EOpNotSupp;
        }

        _ = Libc.Close(descriptor);
        return false;
    }

    private bool SomebodyAnswers()
    {
        int descriptor = PosixSockets.Open(abi, AddressFamily.Unix);
        try
        {
            // Only ENOENT and ECONNREFUSED mean that nobody answers. Any other result may be an answer, for example that
            // of a full backlog.
            int errno = PosixSockets.Connect(descriptor, endPoint);
            return errno != Libc.ENOENT && errno != abi.EConnRefused;
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }
}
