using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Where the messages of one configuration are while they arrive and until they are answered: the room that they share,
/// and the folder for those that are too large for memory. Used from any thread.
/// </summary>
internal sealed class SmtpSpool
{
    private const string Pattern = "smtp-*.spool";

    // Blocks written at the same time: a disk that does not answer holds so many threads of the pool and no more.
    private const int Writers = 4;

    private readonly SemaphoreSlim _writers = new(Writers);
    private readonly string _folder;

    /// <exception cref="ArgumentException">There is not even room for one message.</exception>
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

    /// <summary>What all messages share.</summary>
    public SmtpRoom Room { get; }

    /// <summary>Makes the folder, and a file in it.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses.</exception>
    public void Check() => Create().Dispose();

    /// <summary>A new file, for its owner only, which is deleted when it is closed.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses.</exception>
    public FileStream Create()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            // Which is a lock: whoever cleans the folder sees that this file is in use.
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

    /// <summary>Runs a piece of work that blocks on a disk, on the pool.</summary>
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

    /// <summary>Deletes what a process has left that could not do it by itself. What is in use is locked.</summary>
    private void DeleteLeft()
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(_folder, Pattern))
                DeleteUnlessUsed(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // There is no such folder yet, or the first file of this process will say what is wrong with it.
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
            // Another's, or still in use.
        }
    }
}
