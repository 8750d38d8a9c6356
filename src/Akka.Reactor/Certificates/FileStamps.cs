using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Akka.Reactor.Certificates;

/// <summary>The state of a certificate's files, by which a change is recognized.</summary>
internal readonly record struct FileStamps(FileStamps.One Certificate, FileStamps.One Key)
{
    internal static FileStamps Of(string certificate, string? key) =>
        new(One.Of(certificate), key is null ? default : One.Of(key));

    /// <summary>The time and the length of a file; all 0 if it cannot be opened.</summary>
    internal readonly record struct One(DateTime Written, long Length)
    {
        // An open file is the end of all symbolic links on the way to it, whichever of them was replaced.
        internal static One Of(string path)
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
                return new One(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                return default;
            }
        }
    }
}
