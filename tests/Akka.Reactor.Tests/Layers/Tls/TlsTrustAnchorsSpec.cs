using System;
using System.IO;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Reactor.Layers.Tls;
using Akka.Reactor.Tests.Polling;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>Trust anchors that are loaded from a file, and loaded again.</summary>
[Collection(Alone.Name)]
public sealed class TlsTrustAnchorsSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reactor-anchors-");
    private readonly CertificateKeeper _keeper;
    private readonly TlsTrustAnchors _anchors;
    private int _written;

    public TlsTrustAnchorsSpec(ITestOutputHelper output)
        : base("akka.loglevel = INFO", "anchors", output)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        _keeper = new CertificateKeeper(Sys.Log, TimeProvider.System, null, default, TimeSpan.FromDays(14));
        Write(TestCertificates.Anchors[0].ExportCertificatePem());
        _anchors = TlsTrustAnchors.FromFile(Path);
        _keeper.Add(_anchors);
    }

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    private string Path => System.IO.Path.Combine(_folder.FullName, "ca.pem");

    [Fact]
    public void A_file_that_changed_is_loaded_when_two_looks_have_seen_it_so()
    {
        Write(Strange);
        _keeper.Look();
        Assert.Equal("CN=Test Root", Assert.Single(_anchors.Roots).Subject);
        _keeper.Look();
        Assert.Equal("CN=server.test", Assert.Single(_anchors.Roots).Subject);
        Assert.Equal(
            $"The file of trust anchors {Path} was loaded again; number of roots: 1",
            $"{ExpectMsg<Info>(Patience).Message}"
        );
    }

    [Fact]
    public void A_broken_file_leaves_the_old_ones_and_is_told_once()
    {
        Write("nonsense");
        for (int look = 0; look < 5; look++)
        {
            _keeper.Look();
        }

        Assert.Equal("CN=Test Root", Assert.Single(_anchors.Roots).Subject);
        Assert.Equal(
            $"The file of trust anchors {Path} cannot be loaded again, and what was loaded before stays in use: "
                + $"Cannot use {Path}: the file has no PEM certificate (no BEGIN CERTIFICATE).",
            $"{ExpectMsg<Error>(Patience).Message}"
        );
        Assert.Equal(Path, Assert.Single(_keeper.Reload()).Path);
        ExpectNoMsg(TimeSpan.Zero);
    }

    /// <summary>Also when the session of a connection from before would be resumed.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public void A_server_whose_issuer_is_not_trusted_any_more_is_refused(SslProtocols version)
    {
        string host = $"anchors-{version}.test".ToLowerInvariant();
        TlsServerOptions server = new(TlsCertificate.From(TestCertificates.Issue(host)));
        TlsClientOptions client = new(host) { TrustAnchors = _anchors, Protocols = version };
        Assert.False(Connect(client, server).ClientSink.Info!.Resumed);
        Assert.True(Connect(client, server).ClientSink.Info!.Resumed);

        Write(Strange);
        Assert.Empty(_keeper.Reload());

        var failure = Assert.IsType<TlsCertificateException>(Connect(client, server).ClientSink.Failure);
        Assert.NotEqual(X509ChainStatusFlags.NoError, failure.ChainStatus);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_client_whose_issuer_is_not_trusted_any_more_is_refused(SslProtocols version)
    {
        string host = $"anchors-of-clients-{version}.test".ToLowerInvariant();
        TlsServerOptions server = new(TlsCertificate.From(TestCertificates.Issue(host)))
        {
            ClientCertificates = TlsClientCertificateMode.Require,
            ClientTrustAnchors = _anchors,
        };
        TlsClientOptions client = new(host)
        {
            TrustAnchors = TestCertificates.Anchors,
            ClientCertificate = TestCertificates.Client,
            Protocols = version,
        };
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("CN=client.test", Connect(client, server).ServerSink.Info!.PeerCertificate!.Subject);
        }

        Write(Strange);
        Assert.Empty(_keeper.Reload());

        Assert.IsType<TlsCertificateException>(Connect(client, server).ServerSink.Failure);
    }

    protected override void AfterAll()
    {
        _keeper.Dispose();
        base.AfterAll();
        _folder.Delete(recursive: true);
    }

    private static string Strange => TestCertificates.SelfSigned.Leaf.ExportCertificatePem() + "\n";

    private static TlsPair Connect(TlsClientOptions client, TlsServerOptions server)
    {
        using TlsPair pair = new(client, server);
        pair.Start();
        pair.Exchange();
        if (pair.ClientSink.Failure is null && pair.ServerSink.Failure is null)
        {
            pair.Client.WritePlaintext(TlsPair.Bytes("x"));
            pair.Client.CloseNotify();
            pair.Exchange();
        }

        return pair;
    }

    // Never of the same length, because the times of two files may be equal.
    private void Write(string pem) => File.WriteAllText(Path, pem + new string('\n', ++_written));
}
