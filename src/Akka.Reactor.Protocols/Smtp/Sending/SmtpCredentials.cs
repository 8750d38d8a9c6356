using System;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The user name and the password for a server. Immutable. The password is sent to the server and appears nowhere else: not in
/// <see cref="ToString"/>, not in exceptions, not in logs.
/// </summary>
public sealed record SmtpCredentials
{
    /// <summary>Creates credentials. They are sent in UTF-8.</summary>
    /// <param name="userName">At least 1 character, without NUL and unpaired surrogates.</param>
    /// <param name="password">At least 1 character, without NUL and unpaired surrogates.</param>
    /// <exception cref="ArgumentException">An argument is not allowed. The exception does not show its value.</exception>
    public SmtpCredentials(string userName, string password)
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

    // Each base64 line must fit into the 12,288 octets of RFC 4954.
    private static string Checked(string value, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return value.Length <= 1000 && !value.Contains('\0', StringComparison.Ordinal) && IsPaired(value)
            ? value
            : throw new ArgumentException("At most 1,000 characters, without NUL and unpaired surrogates.", name);
    }

    private static bool IsPaired(string value)
    {
        for (int at = 0; at < value.Length; at++)
        {
            if (char.IsSurrogate(value[at]) && !(at + 1 < value.Length && char.IsSurrogatePair(value, at++)))
                return false;
        }

        return true;
    }
}
