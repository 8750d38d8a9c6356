using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using Akka.Event;
using Akka.Reactor.Certificates;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Keeps the certificates of listeners and clients up to date: looks at their files from time to time, on a thread of the pool, loads
/// those that have changed, and warns before a certificate expires. A certificate that nobody uses any more is forgotten. Thread-safe.
/// </summary>
/// <remarks>
/// The keeper looks at the files instead of having the system watch them. A watch of a file does not see that a symbolic link on the
/// way to it was replaced (as by Kubernetes and certbot), a network file system does not report changes, and the number of watches is limited.
/// </remarks>
internal sealed class CertificateKeeper : IDisposable
{
    private readonly ILoggingAdapter _log;
    private readonly TimeSpan _interval;
    private readonly TimeProvider? _timers;

    // Held while files are read, by one thread of the pool at a time. It protects the contents of each Kept.
    private readonly Lock _loading = new();

    // The table itself is thread-safe.
    private readonly ConditionalWeakTable<TlsCertificate, Kept> _certificates = [];

    // Never held while files are read, because it is taken by the actor that starts listeners. It protects the fields below.
    private readonly Lock _gate = new();
    private readonly CertificateWarnings _warnings;
    private ITimer? _timer;
    private bool _disposed;

    /// <param name="log">Receives what happens to the certificates.</param>
    /// <param name="clock">The clock by which peers judge a certificate.</param>
    /// <param name="timers">Creates the timer. Null: the keeper looks at the files only when it is asked to.</param>
    /// <param name="interval">The time between two looks at the files; it may be infinite.</param>
    /// <param name="expiryWarning">The time before the end of a certificate at which the warnings begin.</param>
    internal CertificateKeeper(
        ILoggingAdapter log,
        TimeProvider clock,
        TimeProvider? timers,
        TimeSpan interval,
        TimeSpan expiryWarning
    )
    {
        _log = log;
        _timers = interval == Timeout.InfiniteTimeSpan ? null : timers;
        _interval = interval;
        _warnings = new CertificateWarnings(log, clock, expiryWarning);
    }

    /// <summary>Keeps the certificate up to date for as long as it is in use. Does nothing if it is kept already.</summary>
    internal void Add(TlsCertificate? certificate)
    {
        if (certificate is null)
        {
            return;
        }

        lock (_gate)
        {
            if (!_disposed && _certificates.TryAdd(certificate, new Kept(certificate.Loaded.Stamp)))
            {
                _warnings.Check(certificate);
                _timer ??= _timers?.CreateTimer(_ => OnTimer(), state: null, _interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Loads every certificate again that came from files, and returns the failures.</summary>
    internal IReadOnlyList<TlsCertificateLoadException> Reload()
    {
        List<TlsCertificateLoadException> failures = [];
        lock (_loading)
        {
            foreach ((TlsCertificate certificate, Kept kept) in _certificates)
            {
                if (certificate.Files is { } files && Load(certificate, files, kept) is { } failure)
                {
                    failures.Add(failure);
                }
            }
        }

        return failures;
    }

    /// <summary>Loads the certificates whose files have changed since the last look and are no longer being written.</summary>
    internal void Look()
    {
        lock (_loading)
        {
            foreach ((TlsCertificate certificate, Kept kept) in _certificates)
            {
                if (certificate.Files is { } files)
                {
                    LookAt(certificate, files, kept);
                }

                Warn(certificate);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    // The timer is set again after the look, so that looks at a slow file system do not pile up.
    private void OnTimer()
    {
        Look();
        lock (_gate)
        {
            if (!_disposed)
            {
                _timer?.Change(_interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Warn(TlsCertificate certificate)
    {
        lock (_gate)
        {
            _warnings.Check(certificate);
        }
    }

    // A certificate and its key are two files, which are not replaced at one moment. So the files are loaded when two looks have seen
    // them in the same state. After a failure each look tries again: the cause may be elsewhere, such as in the file of the password.
    private void LookAt(TlsCertificate certificate, CertificateFiles files, Kept kept)
    {
        FileStamps stamp = files.Stamp();
        bool changed = stamp != kept.Loaded;
        if (kept.Failure is not null || (changed && stamp == kept.Seen))
        {
            Load(certificate, files, kept);
        }

        kept.Seen = stamp;
    }

    private TlsCertificateLoadException? Load(TlsCertificate certificate, CertificateFiles files, Kept kept)
    {
        try
        {
            LoadedCertificate loaded = files.Load();
            kept.Loaded = loaded.Stamp;
            kept.Failure = null;
            certificate.Loaded = loaded;
            _log.Info(
                "The certificate {0} was loaded again; it is valid until {1}",
                certificate.ToString(),
                loaded.Leaf.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)
            );
            Warn(certificate);
            return null;
        }
        catch (TlsCertificateLoadException failure)
        {
            if (!string.Equals(kept.Failure, failure.Message, StringComparison.Ordinal))
            {
                kept.Failure = failure.Message;
                _log.Error(
                    "The certificate {0} cannot be loaded again, and the previous one stays in use: {1}",
                    certificate.ToString(),
                    failure.Message
                );
            }

            return failure;
        }
    }

    /// <summary>What is known of the files of one certificate.</summary>
    private sealed class Kept(FileStamps loaded)
    {
        /// <summary>The state of the files from which the present certificate was loaded.</summary>
        internal FileStamps Loaded { get; set; } = loaded;

        /// <summary>The state of the files at the last look.</summary>
        internal FileStamps Seen { get; set; } = loaded;

        /// <summary>The reason why the files could not be loaded, if the last attempt failed.</summary>
        internal string? Failure { get; set; }
    }
}
