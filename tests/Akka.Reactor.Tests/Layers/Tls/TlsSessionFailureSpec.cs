using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsSessionFailureSpec
{
    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_certificate_for_another_name_is_rejected(SslProtocols version)
    {
        var client = new TlsClientOptions("other.test")
        {
            TrustAnchors = TestCertificates.Anchors,
            Protocols = version,
        };

        TlsCertificateException failure = Rejection(client, TestCertificates.Server);

        Assert.Equal(SslPolicyErrors.RemoteCertificateNameMismatch, failure.PolicyErrors);
        Assert.Equal("other.test", failure.HostName);
        Assert.Equal("CN=server.test", failure.Subject);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_self_signed_certificate_is_rejected(SslProtocols version)
    {
        TlsCertificateException failure = Rejection(TlsPair.ClientOptions(version), TestCertificates.SelfSigned);

        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, failure.PolicyErrors);
        Assert.True(failure.ChainStatus.HasFlag(X509ChainStatusFlags.UntrustedRoot), $"{failure.ChainStatus}");
    }

    [Fact]
    public void The_machines_own_roots_do_not_trust_a_test_authority()
    {
        TlsCertificateException failure = Rejection(new TlsClientOptions("server.test"), TestCertificates.Server);

        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, failure.PolicyErrors);
    }

    [Fact]
    public void An_expired_certificate_is_rejected()
    {
        TlsCertificateException failure = Rejection(TlsPair.ClientOptions(), TestCertificates.Expired);

        Assert.True(failure.ChainStatus.HasFlag(X509ChainStatusFlags.NotTimeValid), $"{failure.ChainStatus}");
    }

    [Fact]
    public void Allowing_the_untrusted_accepts_any_certificate()
    {
        using var pair = new TlsPair(
            new TlsClientOptions("other.test") { Verify = TlsVerification.NoneDangerous },
            new TlsServerOptions(TestCertificates.Expired)
        );

        pair.Start();
        pair.Exchange();

        Assert.NotNull(pair.ClientSink.Info);
    }

    [Theory]
    [InlineData("EHLO example.org\r\n")]
    [InlineData("G")]
    [InlineData("\0")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028")]
    public void A_server_tells_a_client_that_does_not_speak_TLS(string text)
    {
        using var pair = new TlsPair();
        pair.Server.Start();

        pair.Server.ReceiveCiphertext(TlsPair.Bytes(text));

        var failure = Assert.IsType<TlsHandshakeException>(pair.ServerSink.Failure);
        Assert.True(failure.IsNotTls);
        string first = Convert.ToHexString(Encoding.ASCII.GetBytes(text)[..Math.Min(8, text.Length)]);
        Assert.EndsWith($" 0x{first}.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["failed"], pair.ServerSink.Events);
    }

    [Fact]
    public void A_wrong_version_in_a_piece_of_its_own_is_not_TLS()
    {
        using var pair = new TlsPair();
        pair.Server.Start();

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>([0x16]));
        Assert.Null(pair.ServerSink.Failure);
        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>([0x02]));

        var failure = Assert.IsType<TlsHandshakeException>(pair.ServerSink.Failure);
        Assert.True(failure.IsNotTls);
        Assert.EndsWith(" 0x1602.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_tells_a_server_that_does_not_speak_TLS()
    {
        using var pair = new TlsPair();
        pair.Client.Start();

        pair.Client.ReceiveCiphertext(TlsPair.Bytes("220 mail.test ready\r\n"));

        Assert.True(Assert.IsType<TlsHandshakeException>(pair.ClientSink.Failure).IsNotTls);
    }

    [Fact]
    public void A_client_takes_an_alert_for_an_answer()
    {
        using var pair = new TlsPair();
        pair.Client.Start();

        pair.Client.ReceiveCiphertext(new ReadOnlySequence<byte>([21, 3, 3, 0, 2, 2, 40]));

        var failure = Assert.IsType<TlsAlertException>(pair.ClientSink.Failure);
        Assert.Equal((false, TlsAlert.HandshakeFailure), (failure.Sent, failure.Alert));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Garbage_that_begins_like_a_record_fails_with_a_type(int chunk)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            byte[] garbage = new byte[64 * 1024];
            new Random(seed).NextBytes(garbage);
            garbage[0] = 0x16;
            garbage[1] = (byte)(seed % 2 == 0 ? 0x03 : garbage[1]);
            using var pair = new TlsPair();
            pair.Server.Start();

            foreach (byte[] piece in garbage.Chunk(chunk))
            {
                pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(piece));
            }

            Assert.True(
                pair.ServerSink.Failure is TlsHandshakeException or TlsAlertException,
                $"seed {seed}: {pair.ServerSink.Failure}"
            );
            Assert.Equal("failed", pair.ServerSink.Events[^1]);
        }
    }

    [Fact]
    public void A_hello_over_the_limit_is_refused_when_its_header_announces_it()
    {
        using var pair = new TlsPair(server: TlsPair.ServerOptions() with { MaxClientHelloBytes = 4096 });
        pair.Server.Start();

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>([0x16, 3, 1, 0x0F, 0xFB]));
        Assert.Null(pair.ServerSink.Failure);
        pair.Server.Dispose();

        using var second = new TlsPair(server: TlsPair.ServerOptions() with { MaxClientHelloBytes = 4096 });
        second.Server.Start();
        second.Server.ReceiveCiphertext(new ReadOnlySequence<byte>([0x16, 3, 1, 0x0F, 0xFC]));
        var failure = Assert.IsType<TlsHandshakeException>(second.ServerSink.Failure);
        Assert.False(failure.IsNotTls);
        Assert.Contains("at least 4097 bytes, more than the 4096 allowed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hello_cut_into_many_small_records_has_the_same_limit()
    {
        using var pair = new TlsPair();
        pair.Server.Start();
        // A ClientHello that says it is 60,000 bytes long, and comes in records of one byte.
        byte[] body = [1, 0, 0xEA, 0x60, 3, 3, .. new byte[6000]];

        foreach (byte value in body)
        {
            pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>([0x16, 3, 1, 0, 1, value]));
        }

        Assert.True(pair.ServerSink.Failure is TlsHandshakeException { IsNotTls: false } or TlsAlertException);
    }

    [Fact]
    public void A_client_bounds_the_servers_handshake()
    {
        using var pair = new TlsPair(TlsPair.ClientOptions() with { MaxHandshakeBytes = 300 });

        pair.Start();
        pair.Exchange();

        var failure = Assert.IsType<TlsHandshakeException>(pair.ClientSink.Failure);
        Assert.Contains("more than the 300 allowed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sides_without_a_common_version_exchange_an_alert()
    {
        using var pair = new TlsPair(
            TlsPair.ClientOptions(SslProtocols.Tls12),
            TlsPair.ServerOptions() with
            {
                Protocols = SslProtocols.Tls13,
            }
        );

        pair.Start();
        pair.Exchange();

        AssertAlertPassed(pair, TlsAlert.ProtocolVersion);
    }

    [Fact]
    public void Sides_without_a_common_application_protocol_exchange_an_alert()
    {
        using var pair = new TlsPair(
            TlsPair.ClientOptions() with
            {
                ApplicationProtocols = ["h2"],
            },
            TlsPair.ServerOptions() with
            {
                ApplicationProtocols = ["imap"],
            }
        );

        pair.Start();
        pair.Exchange();

        AssertAlertPassed(pair, TlsAlert.NoApplicationProtocol);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void The_end_of_the_transport_during_the_handshake_is_a_truncation(int bytes)
    {
        using var pair = new TlsPair();
        pair.Start();
        byte[] hello = pair.ClientSink.TakeCiphertext();

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(hello, 0, bytes));
        pair.Server.ReceiveEnd();

        var failure = Assert.IsType<TruncatedException>(pair.ServerSink.Failure);
        Assert.True(failure.DuringHandshake);
        Assert.Equal(bytes, failure.BytesReceived);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_changed_record_fails_and_what_came_before_it_is_delivered(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);
        pair.Client.WritePlaintext(TlsPair.Bytes("good"));
        byte[] good = pair.ClientSink.TakeCiphertext();
        pair.Client.WritePlaintext(TlsPair.Bytes("changed"));
        byte[] changed = pair.ClientSink.TakeCiphertext();
        changed[^1] ^= 1;

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>([.. good, .. changed]));

        Assert.Equal("good", pair.ServerSink.Text);
        Assert.IsType<TlsProtocolException>(pair.ServerSink.Failure);
        Assert.Equal(["plaintext", "failed"], pair.ServerSink.Events[^2..]);
    }

    [Theory]
    [InlineData(new byte[] { 0x41 })]
    [InlineData(new byte[] { 23, 2 })]
    [InlineData(new byte[] { 23, 3, 3, 0x48, 0x01 })]
    public void A_malformed_header_on_an_established_connection_fails(byte[] header)
    {
        using TlsPair pair = TlsPair.Connected();

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(header));

        Assert.IsType<TlsProtocolException>(pair.ServerSink.Failure);
    }

    [Fact]
    public void After_a_failure_nothing_is_accepted_and_nothing_more_is_said()
    {
        using var pair = new TlsPair();
        pair.Server.Start();
        pair.Server.ReceiveCiphertext(TlsPair.Bytes("HELO"));

        pair.Server.ReceiveCiphertext(TlsPair.Bytes("more"));
        pair.Server.CloseNotify();
        pair.Server.ReceiveEnd();

        Assert.False(pair.Server.WritePlaintext(TlsPair.Bytes("x")));
        Assert.Equal(["failed"], pair.ServerSink.Events);
        Assert.Equal(TlsSessionState.Failed, pair.Server.State);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void An_engine_may_be_disposed_after_any_byte_of_the_handshake(SslProtocols version)
    {
        using var probe = new TlsPair(TlsPair.ClientOptions(version));
        probe.Start();
        byte[] hello = probe.ClientSink.TakeCiphertext();
        probe.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(hello));
        byte[] flight = probe.ServerSink.TakeCiphertext();

        foreach (int cut in Enumerable.Range(0, flight.Length + 1))
        {
            using var pair = new TlsPair(TlsPair.ClientOptions(version));
            pair.Start();
            pair.ToServer();
            byte[] own = pair.ServerSink.TakeCiphertext();
            pair.Client.ReceiveCiphertext(new ReadOnlySequence<byte>(own, 0, Math.Min(cut, own.Length)));

            pair.Client.Dispose();
            pair.Client.Dispose();
            pair.Client.ReceiveCiphertext(new ReadOnlySequence<byte>(own));
            pair.Client.ReceiveEnd();

            Assert.Equal(TlsSessionState.Disposed, pair.Client.State);
            Assert.Null(pair.ClientSink.Failure);
        }
    }

    [Fact]
    public void An_engine_may_be_disposed_before_it_is_started()
    {
        using var pair = new TlsPair();

        pair.Client.Dispose();

        Assert.Throws<InvalidOperationException>(pair.Client.Start);
        Assert.Empty(pair.ClientSink.Events);
    }

    [Fact]
    public void Nothing_that_fails_or_is_disposed_leaves_an_unobserved_exception()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            // Other tests share the process.
            if (e.Exception.ToString().Contains(nameof(SslStream), StringComparison.Ordinal))
            {
                unobserved.Enqueue(e.Exception);
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            EndInManyWays();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unobserved);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EndInManyWays()
    {
        Rejection(new TlsClientOptions("other.test"), TestCertificates.Server);
        foreach (int bytes in new[] { 1, 5, 50 })
        {
            using var pair = new TlsPair();
            pair.Start();
            byte[] hello = pair.ClientSink.TakeCiphertext();
            pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(hello, 0, bytes));
            pair.Client.ReceiveEnd();
        }

        using TlsPair open = TlsPair.Connected();
        open.Client.WritePlaintext(TlsPair.Bytes("x"));
        byte[] record = open.ClientSink.TakeCiphertext();
        open.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(record, 0, 10));
        open.Client.ReceiveCiphertext(new ReadOnlySequence<byte>([23, 3, 3, 0, 30, .. new byte[30]]));
    }

    private static TlsCertificateException Rejection(TlsClientOptions client, TlsCertificate certificate)
    {
        using var pair = new TlsPair(client, new TlsServerOptions(certificate));
        pair.Client.WritePlaintext(TlsPair.Bytes("secret"));

        pair.Start();
        pair.Exchange();

        Assert.Null(pair.ClientSink.Info);
        Assert.Equal(0, pair.ServerSink.Plaintext.Length);
        return Assert.IsType<TlsCertificateException>(pair.ClientSink.Failure);
    }

    private static void AssertAlertPassed(TlsPair pair, TlsAlert alert)
    {
        var sent = Assert.IsType<TlsAlertException>(pair.ServerSink.Failure);
        Assert.Equal((true, alert), (sent.Sent, sent.Alert));
        Assert.Equal(["ciphertext", "failed"], pair.ServerSink.Events);
        var received = Assert.IsType<TlsAlertException>(pair.ClientSink.Failure);
        Assert.Equal((false, alert), (received.Sent, received.Alert));
    }
}
