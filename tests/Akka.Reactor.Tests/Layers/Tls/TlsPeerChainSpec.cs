using System;
using System.Linq;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsPeerChainSpec
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void The_chain_of_the_server_is_kept_where_that_is_asked_for_also_when_the_session_is_resumed(
        SslProtocols version
    )
    {
        string host = $"chain-{version}.example".ToLowerInvariant();
        using X509Certificate2 authority = TestCertificates.IssueAuthority();
        X509Certificate2 issuer = X509CertificateLoader.LoadCertificate(authority.RawData);
        TlsServerOptions server = new(TlsCertificate.From(TestCertificates.Issue(host, issuer: authority), [issuer]));
        TlsClientOptions client = new(host)
        {
            TrustAnchors = TestCertificates.Anchors,
            Protocols = version,
            KeepsPeerChain = true,
        };

        // .NET drops what it knows of sessions when it has met many other certificates meanwhile, except for those in use: so the first
        // connection stays.
        bool wasResumed = false;
        using TlsPair first = new(client, server);
        using TlsPair second = new(client, server);
        foreach (TlsPair pair in (TlsPair[])[first, second])
        {
            TlsInfo info = Connect(pair);
            Assert.Equal(
                [$"CN={host}", "CN=Test Intermediate", TestCertificates.Anchors[0].Subject],
                info.PeerChain.Select(certificate => certificate.Subject),
                StringComparer.Ordinal
            );
            Assert.All(info.PeerChain, certificate => Assert.NotEqual(default, certificate.NotAfter));
            wasResumed |= info.Resumed;
        }

        Assert.True(wasResumed);
    }

    [Fact]
    public void By_default_no_chain_is_kept()
    {
        using TlsPair pair = TlsPair.Connected();
        Assert.Empty(pair.ClientSink.Info!.PeerChain);
        Assert.Empty(pair.ServerSink.Info!.PeerChain);
    }

    private static TlsInfo Connect(TlsPair pair)
    {
        pair.Start();
        pair.Exchange();
        pair.Client.WritePlaintext(TlsPair.Bytes("x"));
        pair.Client.CloseNotify();
        pair.Exchange();
        return pair.ClientSink.Info!;
    }
}
