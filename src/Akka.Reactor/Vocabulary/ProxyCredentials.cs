using System;
using System.Buffers;
using System.Text;

namespace Akka.Reactor;

/// <summary>
/// The user name and password that a proxy is shown. Immutable. The password is sent to the proxy and shown nowhere else:
/// not by <see cref="ToString"/>, not in exceptions, not in logs.
/// </summary>
/// <remarks>
/// Neither SOCKS5 nor HTTP encrypts it. Put TLS below the proxy's layer where somebody could listen on the way to the proxy.
/// </remarks>
public sealed record ProxyCredentials
{
    /// <summary>Creates credentials; both are sent in UTF-8.</summary>
    /// <param name="userName">Text without control characters.</param>
    /// <param name="password">Text without control characters.</param>
    /// <exception cref="ArgumentException">One of them is no such text. The message names which one, and shows neither.</exception>
    public ProxyCredentials(string userName, string password)
    {
        UserName = Checked(userName, nameof(userName));
        Password = Checked(password, nameof(password));
    }

    /// <summary>The user name.</summary>
    public string UserName { get; }

    /// <summary>The password.</summary>
    internal string Password { get; }

    /// <summary>The user name only.</summary>
    public override string ToString() => $"{UserName}, with a password";

    private static string Checked(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsPlainText(value)
            ? value
            : throw new ArgumentException(
                "It holds a control character, or half a character; it must be text without either.",
                name
            );
    }

    // Half a character is a surrogate without its other half, which UTF-8 has no bytes for. RFC 7617, section 2 forbids
    // control characters, and where RFC 1929 does not, a server that takes NUL for an end would take another password.
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
