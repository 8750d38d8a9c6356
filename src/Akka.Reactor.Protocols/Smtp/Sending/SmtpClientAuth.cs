using System;
using System.Buffers;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The sender's side of AUTH (RFC 4954): PLAIN (RFC 4616), or LOGIN if PLAIN is not offered. Pure.</summary>
internal sealed class SmtpClientAuth(SmtpCredentials credentials)
{
    private int _challenges;
    private bool _isLogin;

    private string UserName => Base64(credentials.UserName);

    private string Password => Base64(credentials.Password);

    private string Plain => Base64($"\0{credentials.UserName}\0{credentials.Password}");

    /// <summary>Writes AUTH. Returns false if the server offers no mechanism.</summary>
    public bool Begin(SmtpExtensions offered, IBufferWriter<byte> commands)
    {
        _challenges = 0;
        _isLogin = !offered.AuthPlain;
        if (offered.AuthPlain)
            SmtpClientSession.WriteLine(commands, $"AUTH PLAIN {Plain}");
        else if (offered.AuthLogin)
            SmtpClientSession.WriteLine(commands, "AUTH LOGIN");
        return offered.AuthPlain || offered.AuthLogin;
    }

    /// <summary>Answers a challenge. Returns false if the mechanism has no further answer.</summary>
    public bool Continue(IBufferWriter<byte> commands)
    {
        if (!_isLogin || _challenges == 2)
            return false;
        // The text of the challenges is not looked at: every server asks for the user name first.
        SmtpClientSession.WriteLine(commands, _challenges++ == 0 ? UserName : Password);
        return true;
    }

    /// <summary>Returns the reply without its text if it repeats what it was sent, because replies are logged.</summary>
    public SmtpServerReply WithoutSecrets(SmtpServerReply reply)
    {
        string[] secrets = [credentials.Password, Password, Plain];
        bool repeats = Array.Exists(secrets, secret => reply.Text.Contains(secret, StringComparison.Ordinal));
        return repeats ? reply with { Text = "" } : reply;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
