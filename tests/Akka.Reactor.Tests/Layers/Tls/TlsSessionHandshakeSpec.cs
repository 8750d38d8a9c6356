using System;
using System.Buffers;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using Akka.Reactor.Buffers;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsSessionHandshakeSpec
{
    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Both_sides_agree_and_know_what_they_agreed_on(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);

        foreach (TlsInfo? info in new[] { pair.ClientSink.Info, pair.ServerSink.Info })
        {
            Assert.NotNull(info);
            Assert.Equal(version, info.Protocol);
            Assert.Equal(TestCertificates.Host, info.HostName);
            Assert.Null(info.ApplicationProtocol);
        }

        Assert.Equal(pair.ClientSink.Info!.CipherSuite, pair.ServerSink.Info!.CipherSuite);
        Assert.Equal("CN=" + TestCertificates.Host, pair.ClientSink.Info.PeerCertificate!.Subject);
        Assert.Null(pair.ServerSink.Info.PeerCertificate);
        Assert.Equal(
            $"{version} {pair.ServerSink.Info.CipherSuite}, host server.test, ALPN -, peer -",
            pair.ServerSink.Info.ToString()
        );
    }

    [Fact]
    public void A_client_emits_its_hello_at_once_and_in_one_piece()
    {
        using var pair = new TlsPair();

        pair.Client.Start();

        Assert.Equal(["ciphertext"], pair.ClientSink.Events);
        Assert.Equal(TlsRecordReader.Handshake, pair.ClientSink.TakeCiphertext()[0]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_handshake_completes_byte_by_byte(SslProtocols version)
    {
        using var pair = new TlsPair(TlsPair.ClientOptions(version))
        {
            Cut = bytes => [.. bytes.Select(b => new[] { b })],
        };

        pair.Start();
        pair.Exchange();
        pair.Client.WritePlaintext(TlsPair.Bytes("ping"));
        pair.Server.WritePlaintext(TlsPair.Bytes("pong"));
        pair.Exchange();

        Assert.Equal("ping", pair.ServerSink.Text);
        Assert.Equal("pong", pair.ClientSink.Text);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_handshake_completes_at_every_split_of_every_flight(SslProtocols version)
    {
        int longest = LongestFlight(version);
        for (int split = 1; split < longest; split++)
        {
            int at = split;
            using var pair = new TlsPair(TlsPair.ClientOptions(version))
            {
                Cut = bytes => at < bytes.Length ? [bytes[..at], bytes[at..]] : [bytes],
            };
            pair.Start();
            pair.Exchange();

            Assert.True(pair.ClientSink.Info is not null && pair.ServerSink.Info is not null, $"split at {at}");
        }
    }

    [Fact]
    public void Ciphertext_may_come_as_a_chain_with_empty_segments()
    {
        using var pair = new TlsPair();
        pair.Start();
        byte[] hello = pair.ClientSink.TakeCiphertext();
        var head = new ByteSegment(ReadOnlyMemory<byte>.Empty);
        ByteSegment tail = head.Append(hello.AsMemory(0, 3))
            .Append(ReadOnlyMemory<byte>.Empty)
            .Append(hello.AsMemory(3))
            .Append(ReadOnlyMemory<byte>.Empty);

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(head, 0, tail, 0));
        pair.Exchange();

        Assert.NotNull(pair.ServerSink.Info);
    }

    [Fact]
    public void Writes_made_before_completion_are_queued_and_leave_in_order()
    {
        using var pair = new TlsPair();
        pair.ClientSink.WhenCompleted = () => pair.Client.WritePlaintext(TlsPair.Bytes("3"));

        Assert.True(pair.Client.WritePlaintext(TlsPair.Bytes("1")));
        pair.Start();
        Assert.True(pair.Client.WritePlaintext(TlsPair.Bytes("2")));
        Assert.Equal(2, pair.Client.QueuedPlaintext);
        pair.Client.CloseNotify();
        Assert.False(pair.Client.WritePlaintext(TlsPair.Bytes("refused")));
        pair.Exchange();

        Assert.Equal("12", pair.ServerSink.Text);
        Assert.True(pair.ServerSink.PeerClosed);
        Assert.Equal(0, pair.Client.QueuedPlaintext);
    }

    [Fact]
    public void A_write_made_on_completion_follows_the_queued_ones()
    {
        using var pair = new TlsPair();
        pair.ClientSink.WhenCompleted = () => pair.Client.WritePlaintext(TlsPair.Bytes("2"));
        pair.Client.WritePlaintext(TlsPair.Bytes("1"));

        pair.Start();
        pair.Exchange();

        Assert.Equal("12", pair.ServerSink.Text);
    }

    [Theory]
    [InlineData("h2", "h2")]
    [InlineData("http/1.1", "http/1.1")]
    public void Application_protocols_are_negotiated(string offered, string agreed)
    {
        TlsClientOptions client = TlsPair.ClientOptions() with { ApplicationProtocols = [offered] };
        TlsServerOptions server = TlsPair.ServerOptions() with { ApplicationProtocols = ["h2", "http/1.1"] };
        using var pair = new TlsPair(client, server);

        pair.Start();
        pair.Exchange();

        Assert.Equal(agreed, pair.ClientSink.Info!.ApplicationProtocol);
        Assert.Equal(agreed, pair.ServerSink.Info!.ApplicationProtocol);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_client_certificate_is_asked_for_and_verified(SslProtocols version)
    {
        TlsClientOptions client = TlsPair.ClientOptions(version) with { ClientCertificate = TestCertificates.Client };
        using var pair = new TlsPair(client, Requiring(TlsClientCertificateMode.Require));

        pair.Start();
        pair.Exchange();

        Assert.Null(pair.ServerSink.Failure);
        Assert.Equal("CN=client.test", pair.ServerSink.Info!.PeerCertificate!.Subject);
    }

    [Fact]
    public void A_requested_client_certificate_may_be_missing()
    {
        using var pair = new TlsPair(server: Requiring(TlsClientCertificateMode.Request));

        pair.Start();
        pair.Exchange();

        Assert.Null(pair.ServerSink.Info!.PeerCertificate);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_required_client_certificate_may_not_be_missing(SslProtocols version)
    {
        using var pair = new TlsPair(TlsPair.ClientOptions(version), Requiring(TlsClientCertificateMode.Require));

        pair.Start();
        pair.Exchange();

        var failure = Assert.IsType<TlsCertificateException>(pair.ServerSink.Failure);
        Assert.Equal(SslPolicyErrors.RemoteCertificateNotAvailable, failure.PolicyErrors);
        Assert.Null(pair.ServerSink.Info);
    }

    [Fact]
    public void A_client_certificate_of_a_stranger_is_rejected_even_when_only_requested()
    {
        TlsClientOptions client = TlsPair.ClientOptions() with { ClientCertificate = TestCertificates.SelfSigned };
        using var pair = new TlsPair(client, Requiring(TlsClientCertificateMode.Request));

        pair.Start();
        pair.Exchange();

        var failure = Assert.IsType<TlsCertificateException>(pair.ServerSink.Failure);
        Assert.Null(failure.HostName);
    }

    private static TlsServerOptions Requiring(TlsClientCertificateMode mode) =>
        TlsPair.ServerOptions() with
        {
            ClientCertificates = mode,
            ClientTrustAnchors = TestCertificates.Anchors,
        };

    private static int LongestFlight(SslProtocols version)
    {
        int longest = 0;
        using var pair = new TlsPair(TlsPair.ClientOptions(version))
        {
            Cut = bytes =>
            {
                longest = Math.Max(longest, bytes.Length);
                return [bytes];
            },
        };
        pair.Start();
        pair.Exchange();
        return longest;
    }
}
