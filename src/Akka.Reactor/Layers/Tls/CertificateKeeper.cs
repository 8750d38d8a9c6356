using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Akka.Event;
using Akka.Reactor.Certificates;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Keeps the certificates and trust anchors of listeners and clients up to date: looks at their files from time to time, on a thread of
/// its own, loads those that have changed, and warns before a certificate expires. What nobody uses any more is forgotten. Thread-safe.
/// </summary>
/// <remarks>
/// The keeper looks at the files instead of having the system watch them. A watch of a file does not see that a symbolic link on the
/// way to it was replaced (as by Kubernetes and certbot), a network file system does not report changes, and the number of watches is limited.
/// The keeper has a thread, because a thread of the pool would be awake for longer than a look takes: after each piece of work it
/// searches for more, which costs an idle process hundreds of system calls. The thread begins with the first certificate.
/// </remarks>
internal sealed class CertificateKeeper : IDisposable
{
    private readonly ILoggingAdapter _log;
    private readonly TimeSpan _interval;
    private readonly string? _threadName;

    // Held while files are read, by one thread at a time, which is never an event loop. It protects the contents of each Kept.
    private readonly Lock _loading = new();

    // The table itself is thread-safe.
    private readonly ConditionalWeakTable<IReloadable, Kept> _kept = [];

    // Never held while files are read, because it is taken by the actor that starts listeners. It protects the fields below.
    private readonly Lock _gate = new();
    private readonly CertificateWarnings _warnings;
    private Thread? _thread;
    private bool _disposed;

    // Ends the thread. It is never disposed: the thread may still wait for it.
    private readonly ManualResetEvent _end = new(initialState: false);

    /// <param name="log">Receives what happens to the certificates.</param>
    /// <param name="clock">The clock by which peers judge a certificate.</param>
    /// <param name="threadName">The name of the keeper's thread. Null: the keeper looks at the files only when it is asked to.</param>
    /// <param name="interval">The time between two looks at the files; it may be infinite.</param>
    /// <param name="expiryWarning">The time before the end of a certificate at which the warnings begin.</param>
    internal CertificateKeeper(
        ILoggingAdapter log,
        TimeProvider clock,
        string? threadName,
        TimeSpan interval,
        TimeSpan expiryWarning
    )
    {
        _log = log;
        _threadName = threadName;
        _interval = interval;
        _warnings = new CertificateWarnings(log, clock, expiryWarning);
    }

    /// <summary>Keeps what a listener uses up to date for as long as it is in use.</summary>
    internal void Add(TlsServerOptions? options)
    {
        foreach (TlsCertificate certificate in options?.AllCertificates ?? [])
        {
            Add(certificate);
        }

        Add(options?.ClientTrustAnchors);
    }

    /// <summary>Keeps what a client uses up to date for as long as it is in use.</summary>
    internal void Add(TlsClientOptions? options)
    {
        Add(options?.ClientCertificate);
        Add(options?.TrustAnchors);
    }

    /// <summary>Keeps it up to date for as long as it is in use. Does nothing if it is kept already.</summary>
    internal void Add(IReloadable? item)
    {
        if (item is null)
        {
            return;
        }

        lock (_gate)
        {
            if (!_disposed && _kept.TryAdd(item, new Kept(item.LoadedStamp)))
            {
                _warnings.Check(item);
                StartThread();
            }
        }
    }

    /// <summary>Loads everything again that came from files, and returns the failures.</summary>
    internal IReadOnlyList<TlsCertificateLoadException> Reload()
    {
        List<TlsCertificateLoadException> failures = [];
        lock (_loading)
        {
            foreach ((IReloadable item, Kept kept) in _kept)
            {
                if (item.Path is { } path && Load(item, path, kept) is { } failure)
                {
                    failures.Add(failure);
                }
            }
        }

        return failures;
    }

    /// <summary>Loads what has changed since the last look and is no longer being written.</summary>
    internal void Look()
    {
        lock (_loading)
        {
            foreach ((IReloadable item, Kept kept) in _kept)
            {
                if (item.Path is { } path)
                {
                    LookAt(item, path, kept);
                }

                Warn(item);
            }
        }
    }

    /// <summary>Ends the thread, without waiting for it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _end.Set();
        }
    }

    private void StartThread()
    {
        if (_thread is null && _threadName is not null && _interval != Timeout.InfiniteTimeSpan)
        {
            _thread = new Thread(LookUntilEnd) { IsBackground = true, Name = _threadName };
            _thread.Start();
        }
    }

    private void LookUntilEnd()
    {
        while (!_end.WaitOne(_interval))
        {
            Look();
        }
    }

    private void Warn(IReloadable item)
    {
        lock (_gate)
        {
            _warnings.Check(item);
        }
    }

    // A certificate and its key are two files, which are not replaced at one moment. So the files are loaded when two looks have seen
    // them in the same state. After a failure each look tries again: the cause may be elsewhere, such as in the file of the password.
    private void LookAt(IReloadable item, string path, Kept kept)
    {
        FileStamps stamp = item.Stamp();
        bool changed = stamp != kept.Loaded;
        if (kept.Failure is not null || (changed && stamp == kept.Seen))
        {
            Load(item, path, kept);
        }

        kept.Seen = stamp;
    }

    private TlsCertificateLoadException? Load(IReloadable item, string path, Kept kept)
    {
        try
        {
            string loaded = item.Load();
            kept.Loaded = item.LoadedStamp;
            kept.Failure = null;
            _log.Info("{0} was loaded again; {1}", item.LogName, loaded);
            Warn(item);
            return null;
        }
        catch (Exception cause)
        {
            // An exception of any type must not end the thread, and with it the process.
            TlsCertificateLoadException failure =
                cause as TlsCertificateLoadException
                ?? new TlsCertificateLoadException(path, cause.Message.TrimEnd('.'), cause);
            if (!string.Equals(kept.Failure, failure.Message, StringComparison.Ordinal))
            {
                kept.Failure = failure.Message;
                _log.Error(
                    "{0} cannot be loaded again, and what was loaded before stays in use: {1}",
                    item.LogName,
                    failure.Message
                );
            }

            return failure;
        }
    }

    /// <summary>What is known of the files of one certificate, or of one set of trust anchors.</summary>
    private sealed class Kept(FileStamps loaded)
    {
        /// <summary>The state of the files from which the present content was loaded.</summary>
        internal FileStamps Loaded { get; set; } = loaded;

        /// <summary>The state of the files at the last look.</summary>
        internal FileStamps Seen { get; set; } = loaded;

        /// <summary>The reason why the files could not be loaded, if the last attempt failed.</summary>
        internal string? Failure { get; set; }
    }
}
