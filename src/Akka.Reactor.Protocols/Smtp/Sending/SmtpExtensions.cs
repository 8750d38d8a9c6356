using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Protocols;

/// <summary>The extensions that a server has offered in its reply to EHLO, as far as the sender uses them.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpExtensions
{
    public bool Pipelining { get; private init; }

    public bool EightBitMime { get; private init; }

    public bool Utf8 { get; private init; }

    public bool StartTls { get; private init; }

    public bool Size { get; private init; }

    /// <summary>The most octets of a message; null if the server has named no limit.</summary>
    public long? MaxSize { get; private init; }

    public bool AuthPlain { get; private init; }

    public bool AuthLogin { get; private init; }

    /// <summary>Reads the reply to EHLO: the first line is a greeting, each other line a keyword with its parameters.</summary>
    public static SmtpExtensions Of(SmtpServerReply reply)
    {
        SmtpExtensions offered = default;
        string[] lines = reply.Text.Split('\n');
        foreach (string line in lines.AsSpan(1))
        {
            string[] words = line.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            offered = words switch
            {
                ["PIPELINING", ..] => offered with { Pipelining = true },
                ["8BITMIME", ..] => offered with { EightBitMime = true },
                ["SMTPUTF8", ..] => offered with { Utf8 = true },
                ["STARTTLS", ..] => offered with { StartTls = true },
                ["SIZE", .. var limit] => offered with { Size = true, MaxSize = LimitOf(limit) },
                ["AUTH", .. var mechanisms] => offered with
                {
                    AuthPlain = Array.IndexOf(mechanisms, "PLAIN") >= 0,
                    AuthLogin = Array.IndexOf(mechanisms, "LOGIN") >= 0,
                },
                _ => offered,
            };
        }

        return offered;
    }

    // RFC 1870, 3: 0 means that there is no fixed limit.
    private static long? LimitOf(string[] words) =>
        words.Length > 0
        && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
        && limit > 0
            ? limit
            : null;
}
