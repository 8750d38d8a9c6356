using System;
using System.Buffers;
using System.IO;

namespace Akka.Reactor.Protocols;

/// <summary>
/// What an SMTP receiver says of itself and how much it accepts. Immutable: one instance serves any number of sessions.
/// A value out of range is refused where it is set, with <see cref="ArgumentException"/>.
/// </summary>
public sealed record SmtpOptions
{
    private const int StrictTextLineLength = 1000;

    private static readonly SearchValues<char> HostNameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]"
    );

    /// <summary>
    /// The name this receiver gives itself in the greeting, in the answers to EHLO and HELO and in 421 (RFC 5321,
    /// 4.1.3 and 4.2): a domain name or an address literal, 1 to 255 ASCII characters. Default: <c>localhost</c>.
    /// </summary>
    public string HostName
    {
        get;
        init =>
            field =
                value is { Length: > 0 and <= 255 } && !value.AsSpan().ContainsAnyExcept(HostNameCharacters)
                    ? value
                    : throw new ArgumentException(
                        $"'{value}' is no host name: 1 to 255 of the characters A-Z, a-z, 0-9, '-', '.', or an address literal in brackets.",
                        nameof(value)
                    );
    } = "localhost";

    /// <summary>
    /// The largest message accepted, in octets of content: CRLF counted, the dots doubled for transparency and the final
    /// dot not (RFC 1870, 5). Announced with SIZE. At least 1. Default: 32 MiB.
    /// </summary>
    public long MaxMessageSize
    {
        get;
        init => field = AtLeastOne(value);
    } = 32L * 1024 * 1024;

    /// <summary>
    /// How many octets of a message are kept in memory. As soon as there are more, those that have come are written to a
    /// file in <see cref="SpoolDirectory"/>, and meanwhile no more are read from the peer. At least 1. Default: 64 KiB.
    /// </summary>
    public int SpoolThreshold
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 64 * 1024;

    /// <summary>
    /// The folder for messages over <see cref="SpoolThreshold"/>, on a disk and not in memory. Made when it is needed, for
    /// its owner only; several receivers and processes may share it. A file is there from its message's arrival until the
    /// message is answered or its connection ends; one that a crashed process has left is deleted by the next. Default:
    /// <c>akka-reactor-spool</c> in the system's folder for temporary files.
    /// </summary>
    public string SpoolDirectory
    {
        get;
        init =>
            field =
                value is { Length: > 0 } && !value.Contains('\0', StringComparison.Ordinal)
                    ? value
                    : throw new ArgumentException($"'{value}' is no folder.", nameof(value));
    } = Path.Combine(Path.GetTempPath(), "akka-reactor-spool");

    /// <summary>
    /// The octets that all messages of all connections with these options may have at one time, in memory and in files
    /// together, from their arrival until they are answered. A message for which there is no room gets 452 4.3.1, and its
    /// sender keeps it. At least <see cref="MaxMessageSize"/>. Default: 1 GiB.
    /// </summary>
    public long SpoolLimit
    {
        get;
        init => field = AtLeastOne(value);
    } = 1024L * 1024 * 1024;

    /// <summary>
    /// The most recipients of one message; further ones get 452 4.5.3, each an error of those counted by
    /// <see cref="ErrorLimit"/>, and the message goes on with those accepted.
    /// RFC 5321, 4.5.3.1.8 asks for at least 100. At least 1. Default: 1,000.
    /// </summary>
    public int MaxRecipients
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 1000;

    /// <summary>
    /// The longest text line in a message, in octets with its CRLF and without a dot doubled for transparency (RFC 5321,
    /// 4.5.3.1.6). A message with a longer one is read to its end, refused with 554 5.6.0 and not stored. At least 2;
    /// <see cref="int.MaxValue"/> accepts lines of any length. Default: lines of any length; with <see cref="Strict"/>
    /// 1,000.
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
    /// How many refused commands (452 4.5.3, 500, 501, 502, 503, 553, 554, 555) are borne since the last stored message. The command
    /// that reaches the limit is answered 421 4.7.0 and the connection closed. At least 1. Default: 20.
    /// </summary>
    public int ErrorLimit
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 20;

    /// <summary>
    /// How many commands that move no message forward are answered since the last stored message: EHLO, HELO, NOOP, RSET,
    /// VRFY, HELP, MAIL and STARTTLS where they are answered 452, 454 or 552, and messages that are not stored. Each
    /// further one counts as an error too, of those that <see cref="ErrorLimit"/> bounds. At least 1. Default: 100.
    /// </summary>
    public int JunkCommandLimit
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 100;

    /// <summary>
    /// How long the delivering actor may take to confirm a message. After it the sender is told 451 4.3.0 and will try
    /// again, so a message confirmed too late may arrive twice (RFC 5321, 6.1). More than zero. Default: 60 s, well
    /// below the 10 minutes RFC 5321, 4.5.3.2.6 asks senders to wait.
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
    /// How long the peer may take to begin its next command. After it the session ends with 421 4.4.2, also a second
    /// before the connection's idle timeout where that is shorter. At most 24 days. Default: 5 minutes, the least of
    /// RFC 5321, 4.5.3.2.
    /// </summary>
    public TimeSpan CommandTimeout
    {
        get;
        init => field = Duration(value);
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Within which time a command that has begun must have come to its end, however its octets are spread: then 421 4.4.2.
    /// At most 24 days. Default: 1 minute.
    /// </summary>
    public TimeSpan LineTimeout
    {
        get;
        init => field = Duration(value);
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long nothing may come of a message that has begun; then 421 4.4.2. Also how long <see cref="MinDataRate"/> is
    /// measured at a time. At most 24 days. Default: 3 minutes, the least of RFC 5321, 4.5.3.2.
    /// </summary>
    public TimeSpan DataTimeout
    {
        get;
        init => field = Duration(value);
    } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Octets a second of a message that has begun, over every <see cref="DataTimeout"/>; then 421 4.4.2. Time in which the
    /// peer is not waited for does not count. 0 demands nothing. Default: 256.
    /// </summary>
    public int MinDataRate
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 0.");
    } = 256;

    /// <summary>
    /// Whether STARTTLS is offered, until TLS is on, where the connection has a certificate. Where it has none, or this
    /// is false, the command gets 454 4.7.0 and the session goes on (RFC 3207, 4). Default: true.
    /// </summary>
    public bool StartTls { get; init; } = true;

    /// <summary>
    /// Whether SMTPUTF8 (RFC 6531) is offered: addresses in UTF-8. Say false where what stores or relays messages cannot
    /// have them. Default: true.
    /// </summary>
    public bool SmtpUtf8 { get; init; } = true;

    /// <summary>
    /// Whether what senders in good standing do against the letter of the RFCs is refused. When false, a bare CR or LF in
    /// a message is stored as CRLF, text lines may be of any length, and names and addresses are taken that RFC 5321 does
    /// not know: a name with spaces in EHLO, <c>&lt;a.@b_c.test&gt;</c>, a space before an address, no brackets around it,
    /// a local part over 64 octets. Never is anything but CRLF . CRLF an end of data, or anything but CRLF the end of a
    /// command. Default: false.
    /// </summary>
    public bool Strict { get; init; }

    private static TimeSpan Duration(TimeSpan value) =>
        value > TimeSpan.Zero && value <= TimeSpan.FromDays(24)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "More than zero, at most 24 days.");

    private static long AtLeastOne(long value) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
}
