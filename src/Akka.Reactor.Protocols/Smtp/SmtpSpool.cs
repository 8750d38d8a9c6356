using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Holds the room that the messages of one configuration share, and the folder for messages that are too large for memory. A
/// message uses both from its arrival until it is answered. Can be used from any thread.
/// </summary>
internal sealed class SmtpSpool
{
    private const string Pattern = "smtp-*.spool";

    // The most blocks that are written at the same time: a disk that does not respond blocks at most this number of pool
    // threads.
    private const int Writers = 4;

    private readonly SemaphoreSlim _writers = new(Writers);
    private readonly string _folder;

    /// <exception cref="ArgumentException">There is not enough room for one message of the maximum size.</exception>
    public SmtpSpool(SmtpOptions options)
    {
        if (options.SpoolLimit < options.MaxMessageSize)
        {
            throw new ArgumentException(
                $"SpoolLimit is {options.SpoolLimit}; it must be at least MaxMessageSize, which is {options.MaxMessageSize}.",
                nameof(options)
            );
        }

        _folder = options.SpoolDirectory;
        Room = new SmtpRoom(options.SpoolLimit);
        DeleteLeft();
    }

    /// <summary>The room that all messages share.</summary>
    public SmtpRoom Room { get; }

    /// <summary>Makes the folder and a file in it, to check that both are possible. The file is deleted again.</summary>
    /// <exception cref="IOException">The file system refuses to make the folder or the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses to make the folder or the file.</exception>
    public void Check() => Create().Dispose();

    /// <summary>Makes a new file, for its owner only. The file is deleted when it is closed.</summary>
    /// <exception cref="IOException">The file system refuses to make the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses to make the file.</exception>
    public FileStream Create()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            // This is a lock: a process that cleans the folder sees that the file is in use.
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
#pragma warning disable RS0030 // Modes of files are Unix's, and .NET refuses them elsewhere.
        if (OperatingSystem.IsWindows())
#pragma warning restore RS0030
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(_folder, Owner | UnixFileMode.UserExecute);
            options.UnixCreateMode = Owner;
        }

        return new FileStream(Path.Combine(_folder, $"smtp-{Guid.NewGuid():N}.spool"), options);
    }

    /// <summary>Runs work that blocks on a disk on a pool thread.</summary>
    public async Task Run(Action work)
    {
        await _writers.WaitAsync().ConfigureAwait(false);
        try
        {
            await Task.Run(work).ConfigureAwait(false);
        }
        finally
        {
            _writers.Release();
        }
    }

    /// <summary>Deletes the files that a crashed process has left. Files in use are locked and stay.</summary>
    private void DeleteLeft()
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(_folder, Pattern))
                DeleteUnlessUsed(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The folder does not exist yet, or the first file of this process will report the fault of the folder.
        }
    }

    private static void DeleteUnlessUsed(string path)
    {
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.Open,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose,
            };
            new FileStream(path, options).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The file belongs to another user, or is still in use.
        }
    }
}
