using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Authentication;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>Which certificate a client gets for the name that it asks for (SNI).</summary>
public sealed class TlsServerNameSpec
{
    private static readonly TlsCertificate A = TlsCertificate.From(TestCertificates.Issue("a.example"));
    private static readonly TlsCertificate Star = TlsCertificate.From(TestCertificates.Issue("*.b.example"));
    private static readonly TlsCertificate Mail = TlsCertificate.From(TestCertificates.Issue("mail.b.example"));
    private static readonly TlsCertificate Idn = TlsCertificate.From(TestCertificates.Issue("xn--bcher-kva.example"));

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    public static TheoryData<string?, string?> Searches =>
        new()
        {
            { "a.example", "a.example" },
            { "A.Example.", "a.example" },
            { "x.a.example", null },
            { "x.b.example", "*.b.example" },
            { "X.B.EXAMPLE.", "*.b.example" },
            { "mail.b.example", "mail.b.example" },
            { "b.example", null },
            { "y.x.b.example", null },
            { ".b.example", null },
            { "*.b.example", "*.b.example" },
            { "b\u00fccher.example", "xn--bcher-kva.example" },
            { "xn--bcher-kva.example", "xn--bcher-kva.example" },
            { "c.example", null },
            { ".", null },
            { "..", null },
            { new string('x', 300), null },
            { "", null },
            { null, null },
        };

    [Theory]
    [MemberData(nameof(Searches))]
    public void An_exact_name_comes_before_a_star_which_is_one_label(string? asked, string? found)
    {
        TlsCertificate? certificate = Options().Names.Find(asked);
        Assert.Equal(found is null ? null : $"CN={found}", certificate?.Leaf.Subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*.*.example")]
    [InlineData("a.*.example")]
    [InlineData("192.0.2.1")]
    [InlineData("::1")]
    [InlineData("a b")]
    [InlineData(null)]
    public void What_is_no_name_is_refused(string? name)
    {
        Assert.Throws<ArgumentException>(() => new TlsNamedCertificate([name!], A));
    }

    [Fact]
    public void A_name_belongs_to_one_certificate()
    {
        Assert.Throws<ArgumentException>(() => new TlsNamedCertificate([], A));
        Assert.Throws<ArgumentException>(() =>
            TlsPair.ServerOptions() with
            {
                Certificates =
                [
                    new TlsNamedCertificate(["a.example"], A),
                    new TlsNamedCertificate(["A.example."], Mail),
                ],
            }
        );
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_client_gets_the_certificate_of_the_name_that_it_asks_for(SslProtocols version)
    {
        TlsServerOptions server = Options();
        foreach (string host in (string[])["a.example", "x.b.example", "mail.b.example", TestCertificates.Host])
        {
            using var pair = new TlsPair(Client(host, version), server);
            pair.Start();
            pair.Exchange();

            Assert.Null(pair.ClientSink.Failure); // The client has verified the name.
            Assert.Equal(host, pair.ServerSink.Info!.HostName);
            string expected = host.StartsWith("x.", StringComparison.Ordinal) ? "CN=*.b.example" : $"CN={host}";
            Assert.Equal(expected, pair.ClientSink.Info!.PeerCertificate!.Subject);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_client_that_asks_for_no_known_name_gets_the_default(SslProtocols version)
    {
        foreach (string host in (string[])["unknown.example", "192.0.2.1"])
        {
            using var pair = new TlsPair(
                Client(host, version) with
                {
                    Verify = TlsVerification.NoneDangerous,
                },
                Options()
            );
            pair.Start();
            pair.Exchange();

            Assert.Equal($"CN={TestCertificates.Host}", pair.ClientSink.Info!.PeerCertificate!.Subject);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_strict_server_refuses_a_name_that_it_does_not_know_and_none(SslProtocols version)
    {
        TlsServerOptions server = Options() with { StrictSni = true };
        foreach (string host in (string[])["unknown.example", TestCertificates.Host, "192.0.2.1"])
        {
            using var pair = new TlsPair(Client(host, version), server);
            pair.Start();
            pair.Exchange();

            var sent = Assert.IsType<TlsAlertException>(pair.ServerSink.Failure);
            Assert.Equal((true, TlsAlert.UnrecognizedName), (sent.Sent, sent.Alert));
            var received = Assert.IsType<TlsAlertException>(pair.ClientSink.Failure);
            Assert.Equal((false, TlsAlert.UnrecognizedName), (received.Sent, received.Alert));
        }

        using var known = new TlsPair(Client("x.b.example", version), server);
        known.Start();
        known.Exchange();
        Assert.NotNull(known.ServerSink.Info);
    }

    [Fact]
    public void A_hello_may_arrive_byte_by_byte()
    {
        using var pair = new TlsPair(Client("a.example", SslProtocols.Tls13), Options())
        {
            Cut = bytes => [.. bytes.Select(value => (byte[])[value])],
        };
        pair.Start();
        pair.Exchange();

        Assert.Equal("CN=a.example", pair.ClientSink.Info!.PeerCertificate!.Subject);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_session_is_resumed_by_its_name_and_by_no_other(SslProtocols version)
    {
        // Certificates of its own: the sessions of other tests must not be found.
        string first = $"first-{version}.example".ToLowerInvariant();
        string second = $"second-{version}.example".ToLowerInvariant();
        TlsServerOptions server = TlsPair.ServerOptions() with
        {
            Certificates =
            [
                new TlsNamedCertificate([first], TlsCertificate.From(TestCertificates.Issue(first))),
                new TlsNamedCertificate([second], TlsCertificate.From(TestCertificates.Issue(second))),
            ],
        };

        // .NET drops what it knows of sessions when it has met many other certificates meanwhile, except for those in use: so all
        // connections stay.
        List<TlsPair> pairs = [];
        var resumed = new List<(bool Client, bool Server)>();
        foreach (string host in (string[])[first, second, first, second])
        {
            var pair = new TlsPair(Client(host, version), server);
            pairs.Add(pair);
            pair.Start();
            pair.Exchange();
            pair.Client.WritePlaintext(TlsPair.Bytes("x"));
            pair.Client.CloseNotify();
            pair.Exchange();
            Assert.Equal("x", pair.ServerSink.Text);
            Assert.Equal($"CN={host}", pair.ClientSink.Info!.PeerCertificate!.Subject);
            resumed.Add((pair.ClientSink.Info.Resumed, pair.ServerSink.Info!.Resumed));
        }

        pairs.ForEach(pair => pair.Dispose());
        Assert.Equal([(false, false), (false, false), (true, true), (true, true)], resumed);
    }

    // SslStream looks for the name in the first record only.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hello_in_several_records_is_one_without_a_name(bool strict)
    {
        TlsClientOptions client = Client("a.example", SslProtocols.Tls13) with
        {
            Verify = TlsVerification.NoneDangerous,
        };
        using var pair = new TlsPair(client, Options() with { StrictSni = strict })
        {
            Cut = bytes => [bytes[5] == 1 && bytes[0] == TlsRecordReader.Handshake ? Split(bytes) : bytes],
        };
        pair.Start();
        pair.Exchange();

        Assert.Equal(strict ? null : $"CN={TestCertificates.Host}", pair.ClientSink.Info?.PeerCertificate!.Subject);
        Assert.Equal(strict ? TlsAlert.UnrecognizedName : null, (pair.ServerSink.Failure as TlsAlertException)?.Alert);
    }

    private static TlsServerOptions Options() =>
        TlsPair.ServerOptions() with
        {
            Certificates =
            [
                new TlsNamedCertificate(["a.example"], A),
                new TlsNamedCertificate(["*.b.example"], Star),
                new TlsNamedCertificate(["mail.b.example."], Mail),
                new TlsNamedCertificate(["b\u00fccher.example"], Idn),
            ],
        };

    private static TlsClientOptions Client(string host, SslProtocols version) =>
        new(host) { TrustAnchors = TestCertificates.Anchors, Protocols = version };

    // Makes two records of one, with the first 10 bytes of its message in the first.
    private static byte[] Split(byte[] record)
    {
        const int Head = 10;
        byte[] split = [.. record[..(5 + Head)], .. record[..3], 0, 0, .. record[(5 + Head)..]];
        BinaryPrimitives.WriteUInt16BigEndian(split.AsSpan(3), Head);
        BinaryPrimitives.WriteUInt16BigEndian(split.AsSpan(5 + Head + 3), (ushort)(record.Length - 5 - Head));
        return split;
    }
}
