using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Posix;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// The file by which a unix socket is found. It outlives whoever listened there and was killed; then nobody answers at it,
/// and it is replaced.
/// </summary>
internal sealed class UnixSocketFile(PosixAbi abi, UnixDomainSocketEndPoint endPoint)
{
    private readonly string _path = endPoint.ToString();

    /// <summary>Binds the socket to it. Throws <see cref="SocketFaultException"/>.</summary>
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
                const string Text = "there is a file of that name, and it is no socket that could be replaced";
                throw new SocketFaultException("bind", taken.Fault, taken.Errno, Text);
            }

            if (SomebodyAnswers())
            {
                throw;
            }
        }

        // Two that start at the same moment may both come here. The later one then has the name, as it would have had it
        // a moment before; nothing but a lock beside the socket could tell them apart.
        Remove(_path);
        PosixSockets.Bind(abi, descriptor, endPoint);
    }

    /// <summary>Before it listens, so that nobody comes in through another mode.</summary>
    internal void SetMode(UnixFileMode? mode)
    {
        if (mode is { } bits && Libc.Chmod(_path, (uint)bits) < 0)
        {
            SocketFaultException refusal = abi.LastFailure("chmod");
            string text = $"unix-mode was refused: {refusal.Text}";
            throw new SocketFaultException("chmod", refusal.Fault, refusal.Errno, text);
        }
    }

    /// <summary>Removes the file; one that cannot be removed stays, and is replaced by whoever listens next.</summary>
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
            // Its folder may be gone, or not ours to write any more.
        }
    }

    // A socket cannot be opened, and has an error of its own for that. Who connects to a plain file is told the same as at
    // a socket where nobody listens.
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
            // A full backlog, for one, is an answer; and what is none of these two might be one.
            int errno = PosixSockets.Connect(descriptor, endPoint);
            return errno != Libc.ENOENT && errno != abi.EConnRefused;
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }
}
