using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Reactor.Tests.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>
/// Sessions that are resumed. With each 32nd context of OpenSSL the runtime drops all those that no connection uses at the moment, and
/// their sessions; so no other test runs meanwhile.
/// </summary>
[Collection(Alone.Name)]
public sealed class TlsResumptionSpec
{
    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_second_connection_resumes_the_session(SslProtocols version)
    {
        // A certificate and a host of its own: the sessions of other tests must not be found.
        string host = $"resume-{version}.test".ToLowerInvariant();
        var server = new TlsServerOptions(TlsCertificate.From(TestCertificates.Issue(host)));
        var client = new TlsClientOptions(host) { TrustAnchors = TestCertificates.Anchors, Protocols = version };

        var resumed = new List<(bool Client, bool Server)>();
        for (int i = 0; i < 3; i++)
        {
            using var pair = new TlsPair(client, server);
            pair.Start();
            pair.Exchange();
            pair.Client.WritePlaintext(TlsPair.Bytes("x"));
            pair.Client.CloseNotify();
            pair.Exchange();
            Assert.Equal("x", pair.ServerSink.Text);
            Assert.NotNull(pair.ClientSink.Info!.PeerCertificate);
            resumed.Add((pair.ClientSink.Info.Resumed, pair.ServerSink.Info!.Resumed));
        }

        Assert.Equal([(false, false), (true, true), (true, true)], resumed);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256)]
    public void A_list_of_cipher_suites_is_kept_to_and_costs_the_resumption(SslProtocols version, TlsCipherSuite suite)
    {
        string host = $"suites-{version}.test".ToLowerInvariant();
        TlsCipherSuite[] suites =
        [
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        ];
        TlsServerOptions server = new(TlsCertificate.From(TestCertificates.Issue(host))) { CipherSuites = suites };
        TlsClientOptions client = new(host) { TrustAnchors = TestCertificates.Anchors, Protocols = version };
        for (int i = 0; i < 3; i++)
        {
            using TlsPair pair = new(client, server);
            pair.Start();
            pair.Exchange();
            pair.Client.WritePlaintext(TlsPair.Bytes("x"));
            pair.Client.CloseNotify();
            pair.Exchange();
            Assert.Equal((suite, false), (pair.ClientSink.Info!.CipherSuite, pair.ClientSink.Info.Resumed));
        }

        using TlsPair other = new(
            client with
            {
                CipherSuites =
                [
                    TlsCipherSuite.TLS_AES_256_GCM_SHA384,
                    TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                ],
            },
            server
        );
        other.Start();
        other.Exchange();
        Assert.Equal(TlsAlert.HandshakeFailure, Assert.IsType<TlsAlertException>(other.ClientSink.Failure).Alert);
    }

    [Fact]
    public void A_resumed_session_is_verified_like_a_new_one()
    {
        const string Host = "resumed-stranger.test";
        using X509Certificate2 expired = TestCertificates.Issue(Host, notBefore: -20, notAfter: -10);
        var server = new TlsServerOptions(TlsCertificate.From(expired));
        var trusting = new TlsClientOptions(Host) { Verify = TlsVerification.NoneDangerous };
        var verifying = new TlsClientOptions(Host) { TrustAnchors = TestCertificates.Anchors };

        bool resumed = false;
        for (int i = 0; i < 2; i++)
        {
            using var first = new TlsPair(trusting, server);
            first.Start();
            first.Exchange();
            resumed = first.ClientSink.Info!.Resumed;
        }

        using var second = new TlsPair(verifying, server);
        second.Start();
        second.Exchange();

        Assert.True(resumed);
        Assert.IsType<TlsCertificateException>(second.ClientSink.Failure);
    }
}
