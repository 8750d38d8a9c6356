using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Akka.Event;
using Akka.Reactor.Layers.Tls;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>When certificates are loaded again, and what is logged of them. Most tests look at the files themselves, without a thread.</summary>
public sealed class CertificateKeeperSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static int s_length;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reactor-keeper-");
    private readonly Clock _clock = new();
    private readonly CertificateKeeper _keeper;

    public CertificateKeeperSpec(ITestOutputHelper output)
        : base("akka.loglevel = INFO", "keeper", output)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        _keeper = Keeper();
    }

    [Fact]
    public void Files_that_do_not_change_are_not_loaded()
    {
        TlsCertificate certificate = Kept("a");
        Look(3);
        Assert.Equal("CN=a", certificate.Leaf.Subject);
        ExpectNothing();
    }

    [Fact]
    public void A_file_that_changed_is_loaded_when_two_looks_have_seen_it_so()
    {
        TlsCertificate certificate = Kept("a");
        Write("b");
        Look();
        Assert.Equal("CN=a", certificate.Leaf.Subject);
        Look();
        Assert.Equal("CN=b", certificate.Leaf.Subject);
        Look(2);
        Assert.Contains("CN=b in ", Expect<Info>(), StringComparison.Ordinal);
        ExpectNothing();
    }

    [Fact]
    public void A_symbolic_link_on_the_way_may_be_replaced_as_Kubernetes_does_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Symbolic links need a privilege there.
        }

        Write("a", Directory.CreateDirectory(In("..first")).FullName);
        Write("b", Directory.CreateDirectory(In("..second")).FullName);
        Directory.CreateSymbolicLink(In("..data"), "..first");
        File.CreateSymbolicLink(In("server.pem"), Path.Combine("..data", "server.pem"));
        TlsCertificate certificate = TlsCertificate.FromFiles(In("server.pem"));
        _keeper.Add(certificate);

        Directory.Delete(In("..data")); // The link alone.
        Directory.CreateSymbolicLink(In("..data"), "..second");
        Directory.Delete(In("..first"), recursive: true);
        Look(2);

        Assert.Equal("CN=b", certificate.Leaf.Subject);
    }

    [Fact]
    public void A_file_that_is_written_in_its_place_is_seen()
    {
        TlsCertificate certificate = Kept("a");
        string next = Write("b", Directory.CreateDirectory(In("next")).FullName);
        File.WriteAllText(In("server.pem"), File.ReadAllText(next));
        Look(2);
        Assert.Equal("CN=b", certificate.Leaf.Subject);
    }

    [Fact]
    public void A_certificate_and_its_key_may_be_replaced_one_after_the_other()
    {
        (string pem, string key) = Pair("a");
        File.WriteAllText(In("server.pem"), pem);
        WritePrivate(In("server.key"), key);
        TlsCertificate certificate = TlsCertificate.FromFiles(In("server.pem"), In("server.key"));
        _keeper.Add(certificate);

        (pem, key) = Pair("b");
        File.WriteAllText(In("server.pem"), pem);
        Look();
        File.WriteAllText(In("server.key"), key);
        Look(2);

        Assert.Equal("CN=b", certificate.Leaf.Subject);
        Expect<Info>();
        ExpectNothing();
    }

    [Fact]
    public void A_broken_file_leaves_the_old_certificate_and_is_told_once()
    {
        TlsCertificate certificate = Kept("a");
        File.WriteAllText(In("server.pem"), "nonsense");
        Look(5);
        Assert.Equal("CN=a", certificate.Leaf.Subject);
        Assert.EndsWith(
            "cannot be loaded again, and what was loaded before stays in use: "
                + $"Cannot use {In("server.pem")}: the file has no PEM certificate (no BEGIN CERTIFICATE).",
            Expect<Error>(),
            StringComparison.Ordinal
        );
        ExpectNothing();

        File.Delete(In("server.pem"));
        Look(5);
        Assert.Contains("the file does not exist", Expect<Error>(), StringComparison.Ordinal);
        ExpectNothing();

        Write("b");
        Look(2);
        Assert.Equal("CN=b", certificate.Leaf.Subject);
        Expect<Info>();
        ExpectNothing();
    }

    [Fact]
    public void It_is_loaded_at_once_when_somebody_asks_for_it()
    {
        TlsCertificate certificate = Kept("a");
        _keeper.Add(TestCertificates.Server); // It comes from no file.
        Write("b");
        Assert.Empty(_keeper.Reload());
        Assert.Equal("CN=b", certificate.Leaf.Subject);

        File.WriteAllText(In("server.pem"), "nonsense");
        Assert.Equal(In("server.pem"), Assert.Single(_keeper.Reload()).Path);
        Assert.Equal("CN=b", certificate.Leaf.Subject);
    }

    [Fact]
    public void A_warning_is_logged_each_day_before_a_certificate_expires_and_after()
    {
        TlsCertificate certificate = TlsCertificate.From(TestCertificates.Issue("a", notAfter: 30));
        _keeper.Add(certificate);
        Advance(15.5);
        Look(2);
        ExpectNothing();
        Advance(1);
        Look(2);
        Assert.Contains("CN=a expires soon: it is valid until ", Expect<Warning>(), StringComparison.Ordinal);
        ExpectNothing();
        Advance(1);
        Look(2);
        Expect<Warning>();
        ExpectNothing();
        Advance(13);
        Look(2);
        Assert.Contains("CN=a has expired: it was valid until ", Expect<Warning>(), StringComparison.Ordinal);
        ExpectNothing();
        GC.KeepAlive(certificate);
    }

    [Fact]
    public void A_thread_of_its_own_looks_again_and_again()
    {
        using CertificateKeeper keeper = Keeper("keeper-thread", TimeSpan.FromMilliseconds(10));
        TlsCertificate certificate = Load("a");
        keeper.Add(certificate);
        foreach (string next in (string[])["b", "c"])
        {
            Write(next);
            Assert.Contains($"CN={next} in ", Expect<Info>(), StringComparison.Ordinal);
            Assert.Equal($"CN={next}", certificate.Leaf.Subject);
        }
    }

    [Fact]
    public void With_an_infinite_interval_it_is_loaded_when_somebody_asks_for_it()
    {
        using CertificateKeeper keeper = Keeper("keeper-thread", Timeout.InfiniteTimeSpan);
        TlsCertificate certificate = Load("a");
        keeper.Add(certificate);
        Write("b");
        Assert.Empty(keeper.Reload());
        Assert.Equal("CN=b", certificate.Leaf.Subject);
    }

    [Fact]
    public void A_certificate_that_is_not_in_use_is_forgotten()
    {
        WeakReference certificate = AddAndForget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(certificate.IsAlive);
    }

    protected override void AfterAll()
    {
        _keeper.Dispose();
        base.AfterAll();
        _folder.Delete(recursive: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AddAndForget()
    {
        TlsCertificate certificate = Kept("a");
        return new WeakReference(certificate);
    }

    private CertificateKeeper Keeper(string? thread = null, TimeSpan interval = default) =>
        new(Sys.Log, _clock, thread, interval, TimeSpan.FromDays(14));

    private void Advance(double days) => _clock.Now += TimeSpan.FromDays(days);

    private void Look(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _keeper.Look();
        }
    }

    private TlsCertificate Kept(string host)
    {
        TlsCertificate certificate = Load(host);
        _keeper.Add(certificate);
        return certificate;
    }

    private TlsCertificate Load(string host) => TlsCertificate.FromFiles(Write(host));

    private string Write(string host, string? folder = null)
    {
        (string pem, string key) = Pair(host);
        string path = Path.Combine(folder ?? _folder.FullName, "server.pem");
        // Never of the same length, because the times of two files may be equal.
        WritePrivate(path, pem + key + new string('\n', Interlocked.Increment(ref s_length)));
        return path;
    }

    // Private, so that nothing is logged of a key that everybody can read; and at one moment.
    private static void WritePrivate(string path, string content)
    {
        string next = path + ".next";
        File.WriteAllText(next, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(next, path, overwrite: true);
    }

    private static (string Pem, string Key) Pair(string host)
    {
        using X509Certificate2 leaf = TestCertificates.Issue(host);
        return (leaf.ExportCertificatePem() + "\n", leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private string Expect<T>()
        where T : LogEvent => $"{ExpectMsg<T>(Patience).Message}";

    private void ExpectNothing()
    {
        Sys.Log.Info("nothing before this");
        Assert.Equal("nothing before this", Expect<Info>());
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
