using System;
using System.Buffers;
using System.Text;

namespace Akka.Reactor;

/// <summary>
/// The user name and password for a proxy. Immutable. The password is sent to the proxy and appears nowhere else: not in
/// <see cref="ToString"/>, not in exceptions, not in logs.
/// </summary>
/// <remarks>
/// Neither SOCKS5 nor HTTP encrypts the password. Put TLS below the proxy's layer if the way to the proxy can be eavesdropped on.
/// </remarks>
public sealed record ProxyCredentials
{
    /// <summary>Creates credentials. The user name and the password are sent in UTF-8.</summary>
    /// <param name="userName">Text without control characters.</param>
    /// <param name="password">Text without control characters.</param>
    /// <exception cref="ArgumentException">
    /// An argument contains a control character or an unpaired surrogate. The exception names the argument and does not show its
    /// value.
    /// </exception>
    public ProxyCredentials(string userName, string password)
    {
        UserName = Checked(userName, nameof(userName));
        Password = Checked(password, nameof(password));
    }

    /// <summary>The user name.</summary>
    public string UserName { get; }

    /// <summary>The password.</summary>
    internal string Password { get; }

    /// <summary>Returns a text with the user name only.</summary>
    public override string ToString() => $"{UserName}, with a password";

    private static string Checked(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsPlainText(value)
            ? value
            : throw new ArgumentException(
                "The text contains a control character or an unpaired surrogate; neither is allowed.",
                name
            );
    }

    // UTF-8 has no bytes for a surrogate without its other half. RFC 7617, section 2 forbids control characters. RFC 1929 does not,
    // but a server that takes NUL as the end of the text would read a different password.
    private static bool IsPlainText(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text, out Rune rune, out int length);
            if (status != OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }
}
