using System;
using System.Globalization;
using System.Threading;

namespace ReactorHost.Mail;

/// <summary>
/// Makes file names that are unique among all machines that share a Maildir. A name has the time, the process and a count
/// within the process, then the machine (https://cr.yp.to/proto/maildir.html).
/// </summary>
internal static class MaildirName
{
    // A slash and a colon are replaced: a slash would make a folder of the name, and a colon begins the flags that mail
    // readers append.
    private static readonly string Machine = Environment
        .MachineName.Replace("/", "\\057", StringComparison.Ordinal)
        .Replace(":", "\\072", StringComparison.Ordinal);

    private static long _count;

    internal static string Next(DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        long microseconds = now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        long count = Interlocked.Increment(ref _count);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds}.M{microseconds}P{Environment.ProcessId}Q{count}.{Machine}"
        );
    }
}
