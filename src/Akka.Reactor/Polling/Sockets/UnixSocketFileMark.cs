using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using Akka.Reactor.Polling.Posix;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// Remembers which file of a unix socket is ours, by its last write time and, if the system supports that (Linux), by its
/// device and inode numbers. A file of the same name that another process has created since is not removed.
/// </summary>
internal sealed class UnixSocketFileMark(string path)
{
    private readonly (DateTime Made, FileNumber Number) _ours = (Made(path), FileNumber.Of(path));

    /// <summary>Marks the file of a unix socket; null for an address of another kind.</summary>
    internal static UnixSocketFileMark? Of(EndPoint local) =>
        local is UnixDomainSocketEndPoint unix ? new UnixSocketFileMark(unix.ToString()) : null;

    /// <summary>Removes the file, if it is still ours.</summary>
    internal void Remove()
    {
        if ((Made(path), FileNumber.Of(path)) == _ours)
        {
            UnixSocketFile.Remove(path);
        }
    }

    private static DateTime Made(string path)
    {
        try
        {
            return File.GetLastWriteTimeUtc(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // This process can no longer see the file, so it does not remove it either.
            return default;
        }
    }
}
