using System;
using System.Buffers;
using System.IO;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The name, the limits and the other options of an SMTP receiver. Immutable: one instance serves any number of sessions.
/// Setting a value that is out of range throws <see cref="ArgumentException"/>.
/// </summary>
public sealed record SmtpOptions
{
    private const int StrictTextLineLength = 1000;

    private static readonly SearchValues<char> HostNameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]"
    );

    /// <summary>
    /// The name of this receiver in the greeting, in the replies to EHLO and HELO, and in 221 and 421 (RFC 5321, 4.1.3 and
    /// 4.2): a domain name or an address literal, 1 to 255 ASCII characters. Default: <c>localhost</c>.
    /// </summary>
    public string HostName
    {
        get;
        init =>
            field =
                value is { Length: > 0 and <= 255 } && !value.AsSpan().ContainsAnyExcept(HostNameCharacters)
                    ? value
                    : throw new ArgumentException(
                        $"'{value}' is not a host name; it must be 1 to 255 of the characters A-Z, a-z, 0-9, '-', '.', or an address literal in brackets.",
                        nameof(value)
                    );
    } = "localhost";

    /// <summary>
    /// The size of the largest accepted message, in octets of content. CRLF counts; the dots that are added for transparency
    /// and the final dot do not (RFC 1870, 5). Announced with SIZE. At least 1. Default: 32 MiB.
    /// </summary>
    public long MaxMessageSize
    {
        get;
        init => field = AtLeastOne(value);
    } = 32L * 1024 * 1024;

    /// <summary>
    /// The number of octets of a message that are kept in memory. As soon as an arriving message reaches it, its octets in
    /// memory are written to a file in <see cref="SpoolDirectory"/>. During the write nothing is read from the peer. At
    /// least 1. Default: 64 KiB.
    /// </summary>
    public int SpoolThreshold
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 64 * 1024;

    /// <summary>
    /// The folder for the files of messages that reach <see cref="SpoolThreshold"/>. It should be on a disk and not in memory.
    /// The receiver makes it when it is needed, for its owner only; several receivers and processes may share it. A file exists
    /// until its message is answered or its connection ends. The next process deletes a file that a crashed process has left.
    /// Default: <c>akka-reactor-spool</c> in the system's folder for temporary files.
    /// </summary>
    public string SpoolDirectory
    {
        get;
        init =>
            field =
                value is { Length: > 0 } && !value.Contains('\0', StringComparison.Ordinal)
                    ? value
                    : throw new ArgumentException($"'{value}' is not a folder.", nameof(value));
    } = Path.Combine(Path.GetTempPath(), "akka-reactor-spool");

    /// <summary>
    /// The number of octets that all messages of all connections with these options may have at one time, in memory and in
    /// files together, from their arrival until they are answered. A message for which there is no room gets 452 4.3.1, and its
    /// sender keeps it. At least <see cref="MaxMessageSize"/>. Default: 1 GiB.
    /// </summary>
    public long SpoolLimit
    {
        get;
        init => field = AtLeastOne(value);
    } = 1024L * 1024 * 1024;

    /// <summary>
    /// The largest number of recipients of one message. Each further recipient gets 452 4.5.3 and counts as an error for
    /// <see cref="ErrorLimit"/>; the message continues with the accepted recipients. RFC 5321, 4.5.3.1.8 requires at least 100.
    /// At least 1. Default: 1,000.
    /// </summary>
    public int MaxRecipients
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 1000;

    /// <summary>
    /// The length of the longest text line in a message, in octets, including its CRLF and without a dot that was added for
    /// transparency (RFC 5321, 4.5.3.1.6). A message with a longer line is read to its end, refused with 554 5.6.0 and not
    /// stored. At least 2; <see cref="int.MaxValue"/> accepts lines of any length. Default: lines of any length; 1,000 with
    /// <see cref="Strict"/>.
    /// </summary>
    public int MaxTextLineLength
    {
        get =>
            field != 0 ? field
            : Strict ? StrictTextLineLength
            : int.MaxValue;
        init =>
            field =
                value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 2 octets.");
    }

    /// <summary>
    /// The number of refused commands (452 4.5.3, 500 to 504, 530, 535, 538, 553, 554, 555) since the last stored message at which the
    /// session ends. The command that reaches the limit gets 421 4.7.0, and the connection is closed. At least 1. Default: 20.
    /// </summary>
    public int ErrorLimit
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 20;

    /// <summary>
    /// The number of commands since the last stored message that may be answered although they do not advance a message: EHLO,
    /// HELO, NOOP, RSET, VRFY and HELP; MAIL, RCPT, DATA and STARTTLS if the reply is 452 4.3.1, 454 or 552; and messages that
    /// are not stored. Each further one counts as an error for <see cref="ErrorLimit"/>. At least 1. Default: 100.
    /// </summary>
    public int JunkCommandLimit
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 100;

    /// <summary>
    /// The time within which the delivering actor must confirm a message. After it the peer gets 451 4.3.0 and will try again,
    /// so a message that is confirmed too late may arrive twice (RFC 5321, 6.1). More than zero. Default: 60 s, well below the
    /// 10 minutes that RFC 5321, 4.5.3.2.6 asks senders to wait.
    /// </summary>
    public TimeSpan DeliveryTimeout
    {
        get;
        init =>
            field =
                value > TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "More than zero.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The time within which the peer must begin its next command. After it the session ends with 421 4.4.2. If the
    /// connection's idle timeout is not longer than this, the session ends one second before the idle timeout. At most 24 days.
    /// Default: 5 minutes, the minimum of RFC 5321, 4.5.3.2.
    /// </summary>
    public TimeSpan CommandTimeout
    {
        get;
        init => field = Duration(value);
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time within which a command that has begun must end, however its octets are spread. After it the session ends with
    /// 421 4.4.2. At most 24 days. Default: 1 minute.
    /// </summary>
    public TimeSpan LineTimeout
    {
        get;
        init => field = Duration(value);
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest time without an octet of a message that has begun. After it the session ends with 421 4.4.2. Also the period
    /// over which <see cref="MinDataRate"/> is measured. At most 24 days. Default: 3 minutes, the minimum of RFC 5321, 4.5.3.2.
    /// </summary>
    public TimeSpan DataTimeout
    {
        get;
        init => field = Duration(value);
    } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The minimum rate of a message that has begun, in octets per second, measured over each <see cref="DataTimeout"/>. At a
    /// lower rate the session ends with 421 4.4.2. Time during which the receiver does not wait for the peer does not count.
    /// 0 sets no minimum. Default: 256.
    /// </summary>
    public int MinDataRate
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 0.");
    } = 256;

    /// <summary>
    /// Whether STARTTLS is offered, until TLS is on, if the connection has a certificate. If it has none, or this option is
    /// false, the command gets 454 4.7.0 and the session continues (RFC 3207, 4). Default: true.
    /// </summary>
    public bool StartTls { get; init; } = true;

    /// <summary>
    /// Whether every command in the clear except EHLO, HELO, NOOP, RSET, QUIT and STARTTLS gets 530 5.7.0 (RFC 3207, 4). Default:
    /// false. A public mail exchanger must leave it so, because not every sender speaks TLS.
    /// </summary>
    public bool RequireTls { get; init; }

    /// <summary>
    /// Whether MAIL gets 530 5.7.0 before the peer has authenticated itself. It needs an authenticator. Default: false.
    /// </summary>
    public bool RequireAuth { get; init; }

    /// <summary>
    /// The number of wrong passwords in one session at which the session ends. The attempt that reaches the limit gets 421 4.7.0,
    /// and the connection is closed. At least 1. Default: 3.
    /// </summary>
    public int AuthFailureLimit
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 3;

    /// <summary>
    /// The time within which the authenticator must answer. After it the peer gets 454 4.7.0. More than zero. Default: 30 s.
    /// </summary>
    public TimeSpan AuthTimeout
    {
        get;
        init =>
            field =
                value > TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "More than zero.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether SMTPUTF8 (RFC 6531), addresses in UTF-8, is offered. Set it to false if the system that stores or relays the
    /// messages does not support such addresses. Default: true.
    /// </summary>
    public bool SmtpUtf8 { get; init; } = true;

    /// <summary>
    /// Whether deviations from the RFCs that are common among legitimate senders are refused. If false, a bare CR or LF in a
    /// message is stored as CRLF, text lines may be of any length, and some names and addresses that RFC 5321 does not allow
    /// are accepted: a name with spaces in EHLO, <c>&lt;a.@b_c.test&gt;</c>, a space before an address, no brackets around it,
    /// a local part over 64 octets. In both modes, only CRLF . CRLF ends the data and only CRLF ends a command. Default: false.
    /// </summary>
    public bool Strict { get; init; }

    private static TimeSpan Duration(TimeSpan value) =>
        value > TimeSpan.Zero && value <= TimeSpan.FromDays(24)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "More than zero, at most 24 days.");

    private static long AtLeastOne(long value) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
}
