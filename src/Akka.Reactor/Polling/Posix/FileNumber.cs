using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// The device and inode numbers of a file, which distinguish it from every other file that exists at the same time,
/// whatever their names are. Both are zero if they are not known.
/// </summary>
internal readonly record struct FileNumber(ulong Device, ulong Inode)
{
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint STATX_INO = 0x100;

    // The layout of struct statx.
    private const int Size = 256;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;

    internal static unsafe FileNumber Of(string path)
    {
        // The system writes the status to this stack frame.
        Span<byte> status = stackalloc byte[Size];
        try
        {
            fixed (byte* start = status)
            {
                if (Libc.StatX(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_INO, start) < 0)
                {
                    return default;
                }
            }
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // statx is missing: another system, or an old C library.
            return default;
        }

        return new FileNumber(
            MemoryMarshal.Read<ulong>(status[DeviceOffset..]),
            MemoryMarshal.Read<ulong>(status[InodeOffset..])
        );
    }
}
