using System;
using System.IO;
using Akka.Reactor.Polling.Posix;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// Remembers which file of a unix socket is ours, by the time it was made and, where the system can be asked (Linux), by its
/// number on its device: a file of the same name that somebody has put there since is not removed.
/// </summary>
internal sealed class UnixSocketFileMark(string path)
{
    private readonly (DateTime Made, FileNumber Number) _ours = (Made(path), FileNumber.Of(path));

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
            // Not to be seen any more; then not to be removed either.
            return default;
        }
    }
}
