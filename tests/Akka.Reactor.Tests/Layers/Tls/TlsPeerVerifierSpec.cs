using System;
using System.Collections.Generic;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>Which certificates of a peer are accepted, and what is said about those that are not.</summary>
public sealed class TlsPeerVerifierSpec
{
    private static readonly TlsPin Stranger = TlsPin.Of(TestCertificates.SelfSigned.Leaf);
    private static readonly TlsPin Root = TlsPin.Of(TestCertificates.Anchors[0]);

    private static readonly TlsCertificate s_server = TestCertificates.Server;

    private static TlsClientOptions Trusting => TlsPair.ClientOptions();

    [Fact]
    public void By_default_the_chain_and_the_name_are_verified()
    {
        Assert.Null(Verify(Trusting, s_server));
        Assert.Equal(
            "The peer's certificate CN=server.test was rejected for other.test: it is valid for server.test, not for other.test.",
            Verify(new TlsClientOptions("other.test") { TrustAnchors = TestCertificates.Anchors }, s_server)!.Message
        );
        TlsCertificateException failure = Verify(Trusting, TestCertificates.SelfSigned)!;
        Assert.Equal("it is self-signed and is not among the trust anchors (UntrustedRoot)", failure.Problem);
        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, failure.PolicyErrors);
        Assert.Equal(X509ChainStatusFlags.UntrustedRoot, failure.ChainStatus);
        Assert.Equal((TestCertificates.Host, Stranger), (failure.HostName, failure.Pin));
    }

    [Fact]
    public void Chain_accepts_any_name_and_no_stranger()
    {
        TlsClientOptions other = new("other.test")
        {
            TrustAnchors = TestCertificates.Anchors,
            Verify = TlsVerification.Chain,
        };
        Assert.Null(Verify(other, s_server));
        Assert.NotNull(Verify(other, TestCertificates.SelfSigned));
        Assert.NotNull(Verify(other, TestCertificates.Expired));
    }

    [Fact]
    public void None_accepts_everything()
    {
        TlsClientOptions any = new("other.test") { Verify = TlsVerification.NoneDangerous };
        Assert.Null(Verify(any, s_server));
        Assert.Null(Verify(any, TestCertificates.SelfSigned));
        Assert.Null(Verify(any, TestCertificates.Expired));
    }

    [Theory]
    [InlineData("CN=server.test")]
    [InlineData("CN=server.test, O=Somebody")]
    public void The_subject_is_no_name(string subject)
    {
        TlsCertificateException failure = Verify(Trusting, TlsCertificate.From(TestCertificates.IssueWith(subject)))!;
        Assert.Equal("it has no subject alternative name, and its subject is not used as a name", failure.Problem);
        Assert.Equal(SslPolicyErrors.RemoteCertificateNameMismatch, failure.PolicyErrors);
    }

    [Fact]
    public void Names_of_other_kinds_are_no_host()
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddEmailAddress("somebody@server.test");
        TlsCertificate mail = TlsCertificate.From(TestCertificates.IssueWith("CN=server.test", names.Build()));
        Assert.Equal(
            "no subject alternative name of it is a DNS name or an IP address",
            Verify(Trusting, mail)!.Problem
        );
    }

    [Fact]
    public void What_a_certificate_says_of_itself_does_not_reach_the_log_as_it_is()
    {
        SubjectAlternativeNameBuilder names = new();
        for (int i = 0; i < 20; i++)
        {
            names.AddDnsName($"host-{i}.example");
        }

        string subject = $"CN=\"fine\u001b[2J\r\n12:00 ERROR all is lost{new string('x', 400)}\"";
        string message = Verify(
            Trusting,
            TlsCertificate.From(TestCertificates.IssueWith(subject, names.Build()))
        )!.Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.Contains("fine?[2J??12:00 ERROR", message, StringComparison.Ordinal);
        Assert.Contains("host-4.example and 15 more, not for server.test", message, StringComparison.Ordinal);
        Assert.True(message.Length < 500, message);
    }

    [Fact]
    public void A_pin_may_be_that_of_any_key_in_the_chain()
    {
        TlsPin own = TlsPin.Of(s_server.Leaf);
        Assert.Null(Verify(Trusting with { Pins = [own] }, s_server));
        Assert.Null(Verify(Trusting with { Pins = [Stranger, own] }, s_server));
        Assert.Null(Verify(Trusting with { Pins = [Root] }, s_server));

        TlsCertificateException failure = Verify(Trusting with { Pins = [Stranger] }, s_server)!;
        Assert.Equal($"its public key {own} is not one of those that are pinned", failure.Problem);
        Assert.Equal((own, SslPolicyErrors.None), (failure.Pin, failure.PolicyErrors));
    }

    [Fact]
    public void A_pin_does_not_replace_the_chain()
    {
        TlsClientOptions pinned = Trusting with { Pins = [Stranger] };
        Assert.NotNull(Verify(pinned, TestCertificates.SelfSigned));
    }

    [Fact]
    public void Without_a_verified_chain_only_the_key_of_the_server_counts()
    {
        TlsClientOptions pinned = new(TestCertificates.Host)
        {
            Verify = TlsVerification.NoneDangerous,
            TrustAnchors = TestCertificates.Anchors,
            Pins = [Root, Stranger],
        };
        Assert.Null(Verify(pinned, TestCertificates.SelfSigned));
        Assert.NotNull(Verify(pinned, s_server)); // Its chain leads to the root.
    }

    [Fact]
    public void A_check_of_the_application_comes_last_and_decides()
    {
        List<string> asked = [];
        TlsClientOptions checking = Trusting with
        {
            CertificateCheck = (certificate, chain) =>
            {
                asked.Add($"{certificate.Subject} of {chain.ChainElements[^1].Certificate.Subject}");
                return asked.Count == 1;
            },
        };
        Assert.Null(Verify(checking, s_server));
        Assert.Equal("the application's check has refused it", Verify(checking, s_server)!.Problem);
        Assert.NotNull(Verify(checking, TestCertificates.SelfSigned));
        Assert.Equal(["CN=server.test of CN=Test Root", "CN=server.test of CN=Test Root"], asked);
    }

    [Fact]
    public void A_check_that_throws_rejects_the_certificate()
    {
        InvalidOperationException fault = new("no list");
        TlsCertificateException failure = Verify(Trusting with { CertificateCheck = (_, _) => throw fault }, s_server)!;
        Assert.Equal("the application's check has failed", failure.Problem);
        Assert.Same(fault, failure.InnerException);
    }

    [Theory]
    [InlineData("client.test", true)]
    [InlineData("CLIENT.test.", true)]
    [InlineData("*.test", true)]
    [InlineData("*.client.test", false)]
    [InlineData("other.test", false)]
    [InlineData("test", false)]
    public void A_server_may_accept_only_some_names_of_clients(string name, bool accepted)
    {
        TlsCertificateException? failure = VerifyClient(Asking with { ClientNames = ["first.example", name] });
        Assert.Equal(accepted ? null : $"it is valid for client.test, not for first.example, {name}", failure?.Problem);
    }

    [Fact]
    public void A_server_may_check_its_clients_itself()
    {
        Assert.Null(VerifyClient(Asking with { ClientCertificateCheck = (_, _) => true }));
        Assert.Equal(
            "the application's check has refused it",
            VerifyClient(Asking with { ClientCertificateCheck = (_, _) => false })!.Problem
        );

        // A client that has none is not asked about.
        TlsServerOptions optional = Asking with
        {
            ClientCertificates = TlsClientCertificateMode.Request,
            ClientCertificateCheck = (_, _) => false,
        };
        using TlsPair pair = new(Trusting, optional);
        pair.Start();
        pair.Exchange();
        Assert.Null(pair.ServerSink.Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256/")]
    [InlineData("sha256/AAAA")]
    [InlineData("sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("SHA256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_text_that_is_no_pin_is_refused(string text)
    {
        Assert.False(TlsPin.TryParse(text, out _));
        Assert.Throws<FormatException>(() => TlsPin.Parse(text));
    }

    [Fact]
    public void A_pin_is_equal_to_its_text()
    {
        Assert.Equal(Root, TlsPin.Parse(Root.ToString()));
        Assert.NotEqual(Root, Stranger);
        Assert.StartsWith("sha256/", Root.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Asking with { ClientNames = ["a b"] });
    }

    private static TlsServerOptions Asking =>
        new(s_server)
        {
            ClientCertificates = TlsClientCertificateMode.Require,
            ClientTrustAnchors = TestCertificates.Anchors,
        };

    private static TlsCertificateException? Verify(TlsClientOptions client, TlsCertificate server)
    {
        using TlsPair pair = new(client, new TlsServerOptions(server));
        pair.Start();
        pair.Exchange();
        Assert.Equal(pair.ClientSink.Info is null, pair.ClientSink.Failure is not null);
        return pair.ClientSink.Failure is { } failure ? Assert.IsType<TlsCertificateException>(failure) : null;
    }

    private static TlsCertificateException? VerifyClient(TlsServerOptions server)
    {
        using TlsPair pair = new(Trusting with { ClientCertificate = TestCertificates.Client }, server);
        pair.Start();
        pair.Exchange();
        Assert.Equal(pair.ServerSink.Info is null, pair.ServerSink.Failure is not null);
        return pair.ServerSink.Failure is { } failure ? Assert.IsType<TlsCertificateException>(failure) : null;
    }
}
