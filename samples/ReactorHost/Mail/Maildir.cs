using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using Akka.Reactor.Protocols;

namespace ReactorHost.Mail;

/// <summary>
/// A folder of mail with one file per message (https://cr.yp.to/proto/maildir.html). A message is written to <c>tmp/</c>
/// and renamed into <c>new/</c> when it is complete and on disk, so a reader never sees a part of a message. Calls block
/// while the disk works. Any number of threads may use a Maildir.
/// </summary>
internal sealed class Maildir
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly string _host;
    private readonly TimeProvider _time;

    /// <param name="path">The path of the folder. It is made when the first message comes, with access for its owner only.</param>
    /// <param name="host">The name of this receiver in <c>Received</c>.</param>
    /// <param name="time">The clock of file names and <c>Received</c>.</param>
    internal Maildir(string path, string host, TimeProvider time)
    {
        _path = path;
        _host = host;
        _time = time;
    }

    private string Tmp => Path.Combine(_path, "tmp");

    private string New => Path.Combine(_path, "new");

    /// <summary>Stores a message. Returns when the message survives a power cut. Leaves nothing behind if it fails.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses.</exception>
    internal void Store(SmtpMessage message)
    {
        CreateFolders();
        DateTimeOffset now = _time.GetLocalNow();
        string name = MaildirName.Next(now);
        string written = Path.Combine(Tmp, name);
        string stored = Path.Combine(New, name);
        try
        {
            Write(written, TraceFields.Of(message, _host, now), message.Content);

            // The name is unique, so there is nothing to overwrite. Without overwrite, .NET makes more system calls than
            // one rename(2).
            File.Move(written, stored, overwrite: true);
            FolderSync.Flush(New);
        }
        catch
        {
            Delete(written);
            Delete(stored);
            throw;
        }
    }

    // The lock ensures that no message is confirmed in folders that another thread has made and not flushed yet.
    private void CreateFolders()
    {
        lock (_gate)
        {
            if (Directory.Exists(Tmp) && Directory.Exists(New))
            {
                return;
            }

            List<string> changed = [_path, .. FoldersThatChange(_path)];
            foreach (string folder in (string[])[_path, Tmp, New, Path.Combine(_path, "cur")])
            {
                Create(folder);
            }

            changed.ForEach(FolderSync.Flush);
        }
    }

    /// <summary>
    /// Returns the parent folder and, if it is missing, the folders above it up to the first that exists. Each of them gets
    /// a new entry.
    /// </summary>
    private static IEnumerable<string> FoldersThatChange(string path)
    {
        for (
            string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
            folder is not null;
            folder = Path.GetDirectoryName(folder)
        )
        {
            yield return folder;
            if (Directory.Exists(folder))
            {
                yield break;
            }
        }
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(folder, Owner);
        }
    }

    private static void Write(string path, string fields, SmtpContent content)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream file = new(path, options);
        file.Write(Encoding.UTF8.GetBytes(fields));
        using (Stream octets = content.OpenRead())
        {
            octets.CopyTo(file);
        }

        file.Flush(flushToDisk: true);
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The cause that made storing fail makes this fail, too. Only the first failure is reported.
        }
    }
}
