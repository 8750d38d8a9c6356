using System;
using System.IO;

namespace Akka.Reactor.Polling;

/// <summary>
/// Remembers which file of a unix socket is ours, by the time it was made: a file of the same name that somebody has put
/// there since is not removed.
/// </summary>
internal sealed class UnixSocketFileMark(string path)
{
    private readonly DateTime _made = Made(path);

    /// <summary>Removes the file, if it is still ours.</summary>
    internal void Remove()
    {
        if (Made(path) == _made)
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
