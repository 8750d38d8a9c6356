using Akka.Reactor;
using Akka.Reactor.Protocols;

namespace ReactorHost.Tools;

/// <summary>The exit codes of <c>connect</c> and <c>send-mail</c>.</summary>
internal static class ExitCode
{
    internal const string Help = """
        Exit codes: 0 success; 1 the program failed; 2 wrong arguments or files; 3 the name cannot be resolved; 4 the server
        cannot be connected; 5 its certificate was not accepted; 6 TLS failed or was not offered; 7 the server refused, or
        does not speak the protocol; 8 user name and password were not accepted; 9 the connection was lost.
        """;

    internal const string MailHelp = """
        Of a message: 10 a recipient was refused for now; 11 a recipient was refused for good; 12 the result is unknown.
        """;

    internal const int Failed = 1;
    internal const int Usage = 2;
    internal const int Name = 3;
    internal const int Connect = 4;
    internal const int Certificate = 5;
    internal const int Tls = 6;
    internal const int Refused = 7;
    internal const int Authentication = 8;
    internal const int Lost = 9;
    internal const int Deferred = 10;
    internal const int RecipientRefused = 11;
    internal const int Unknown = 12;

    internal static int Of(ReactorException failure) =>
        failure switch
        {
            DnsException or DnsTimeoutException => Name,
            ConnectException or ConnectTimeoutException => Connect,
            TlsCertificateException => Certificate,
            TlsHandshakeException or TlsHandshakeTimeoutException or TlsAlertException or TlsProtocolException => Tls,
            SmtpTlsException or StartTlsException => Tls,
            SmtpAuthException => Authentication,
            SmtpException or SmtpExtensionException or SmtpMessageTooLargeException => Refused,
            PeerViolationException => Refused,
            WriteSourceException => Usage,
            _ => Lost,
        };
}
