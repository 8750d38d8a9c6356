using System;
using System.IO;
using System.Security.Authentication;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsFailuresSpec
{
    private static readonly TlsCertificateException Rejection = new("CN=a", "b", "it is valid for a, not for b");

    [Fact]
    public void An_alert_is_read_out_of_OpenSSLs_error_number()
    {
        // error:0A000418:SSL routines::tlsv1 alert unknown ca
        var failure = Assert.IsType<TlsAlertException>(TlsFailures.Established(OpenSsl(0x0A000418)));

        Assert.Equal((false, TlsAlert.UnknownCa), (failure.Sent, failure.Alert));
        Assert.IsType<IOException>(failure.InnerException);
    }

    [Theory]
    [InlineData(0x0A000119)] // decryption failed or bad record mac: found by us, not told by an alert
    [InlineData(0x0B000418)] // the same reason in another library
    [InlineData(unchecked((int)0x80131620))] // an ordinary HRESULT
    public void Other_errors_are_no_alerts(int number)
    {
        var failure = Assert.IsType<TlsProtocolException>(TlsFailures.Established(OpenSsl(number)));

        Assert.Contains("the innermost reason", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handshake_failure_is_named_for_the_most_exact_fact()
    {
        Exception cause = new AuthenticationException("x", new InvalidDataException("the innermost reason"));

        Assert.Same(Rejection, TlsFailures.Handshake(cause, Rejection, TlsAlert.DecodeError, TlsAlert.DecryptError));
        Assert.False(Alert(TlsAlert.DecodeError, TlsAlert.DecryptError).Sent);
        Assert.True(Alert(null, TlsAlert.DecryptError).Sent);
        Assert.Contains(
            "the innermost reason",
            Assert.IsType<TlsHandshakeException>(TlsFailures.Handshake(cause, null, null, null)).Message,
            StringComparison.Ordinal
        );

        TlsAlertException Alert(TlsAlert? received, TlsAlert? sent) =>
            Assert.IsType<TlsAlertException>(TlsFailures.Handshake(cause, null, received, sent));
    }

    private static IOException OpenSsl(int number) =>
        new("decrypt failed", new InvalidDataException("the innermost reason") { HResult = number });
}
