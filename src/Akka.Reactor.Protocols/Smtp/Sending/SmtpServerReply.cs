using System;

namespace Akka.Reactor.Protocols;

/// <summary>A reply of a server (RFC 5321, 4.2).</summary>
/// <param name="Code">The three digits: 200 to 599.</param>
/// <param name="EnhancedCode">The enhanced status code (RFC 3463), such as <c>5.1.1</c>; null if the server gave none.</param>
/// <param name="Text">
/// The text for people, without the codes; its lines are separated by LF. Octets that are not UTF-8, and control characters, are
/// U+FFFD.
/// </param>
public sealed record SmtpServerReply(int Code, string? EnhancedCode, string Text)
{
    /// <summary>Whether the server did what it was asked to do (2xx).</summary>
    public bool IsPositive => Code / 100 == 2;

    /// <summary>Whether the server refused for now (4xx): the same command may succeed later.</summary>
    public bool IsTransient => Code / 100 == 4;

    /// <summary>Whether the server refused for good (5xx).</summary>
    public bool IsPermanent => Code / 100 == 5;

    /// <summary>Returns the reply in one line, of 500 characters of text at most.</summary>
    public override string ToString()
    {
        string text = (Text.Length > 500 ? $"{Text.AsSpan(0, 500)}..." : Text).Replace('\n', ' ');
        return (EnhancedCode is null ? $"{Code} {text}" : $"{Code} {EnhancedCode} {text}").TrimEnd();
    }
}
