using System;
using System.Linq;
using System.Threading;
using Akka.Reactor.Layers.Proxies;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>What a proxy and its layer refuse, in which words, and what they never show.</summary>
public sealed class ProxyOptionsSpec
{
    public static TheoryData<string> WrongHosts =>
        [
            "",
            ".",
            "mail example",
            "mail.example\r\nX-Injected: yes",
            "mail.example\n",
            "mail.example\0",
            "m\u00fcnchen.example",
            "user@mail.example",
            "mail.example/",
            "mail.example:25",
            "[::1]",
            "fe80::1%2",
            "::1\r\n",
            ":::",
            "192.0.2.300",
            "127.1",
            "010.0.0.1",
            "12345",
            "mail.25",
            new string('a', 256),
        ];

    [Theory]
    [MemberData(nameof(WrongHosts))]
    public void What_is_no_host_is_refused(string host)
    {
        foreach (ProxyKind kind in Enum.GetValues<ProxyKind>())
        {
            ArgumentException refusal = Assert.Throws<ArgumentException>(() => ProxyOf(kind).LayerTo(host, 25));
            Assert.Contains("is not a host; it must be an IPv4 address", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(refusal.Message, char.IsControl);
        }
    }

    [Theory]
    [InlineData("mail.example")]
    [InlineData("mail.example.")]
    [InlineData("_dmarc.MAIL-1.example")]
    [InlineData("localhost")]
    [InlineData("3com")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void A_host_is_kept_as_it_is(string host)
    {
        Assert.Equal((host, 65535), (new ProxyTarget(host, 65535).Host, new ProxyTarget(host, 65535).Port));
        Assert.Equal("socks5", ProxyOf(ProxyKind.Socks5).LayerTo(host, 1).Name);
        Assert.Equal("http-connect", ProxyOf(ProxyKind.HttpConnect).LayerTo(host, 1).Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void What_is_no_port_is_refused(int port) =>
        Assert.All(
            Enum.GetValues<ProxyKind>(),
            kind =>
                Assert.Contains(
                    "65535",
                    Assert.Throws<ArgumentOutOfRangeException>(() => ProxyOf(kind).LayerTo("a", port)).Message,
                    StringComparison.Ordinal
                )
        );

    [Fact]
    public void A_secure_proxy_is_no_single_layer()
    {
        Proxy secure = Proxy.Parse("socks5+tls://alice:s3cret@proxy.example:1080");
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => secure.LayerTo("a", 1));
        Assert.Contains("Tls.ClientLayer", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeout_is_above_zero_or_infinite()
    {
        Proxy proxy = ProxyOf(ProxyKind.Socks5);
        Assert.Null(proxy.HandshakeTimeout);
        foreach (TimeSpan wrong in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-2), TimeSpan.FromDays(25)])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => proxy with { HandshakeTimeout = wrong });
        }

        TimeSpan infinite = Timeout.InfiniteTimeSpan;
        Assert.Equal(infinite, (proxy with { HandshakeTimeout = infinite }).HandshakeTimeout);
        Assert.Null((proxy with { HandshakeTimeout = null }).HandshakeTimeout);
    }

    [Theory]
    [InlineData("alice\r\nX: y", "s3cret", "userName")]
    [InlineData("alice\0", "s3cret", "userName")]
    [InlineData("alice", "s3cret\n", "password")]
    [InlineData("alice", "s3cret\u0085", "password")]
    public void Credentials_are_text_without_control_characters(string userName, string password, string wrong)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new ProxyCredentials(userName, password));
        Assert.Equal(wrong, refusal.ParamName);
        Assert.DoesNotContain("s3cret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_no_text()
    {
        Assert.Equal("alice\ud83d\ude00", new ProxyCredentials("alice\ud83d\ude00", "s3cret").UserName);
        Assert.Throws<ArgumentException>(() => new ProxyCredentials("alice\ud83d", "s3cret"));
        Assert.Throws<ArgumentException>(() => new ProxyCredentials("alice", "\ude00s3cret"));
    }

    [Fact]
    public void For_SOCKS5_user_name_and_password_have_1_to_255_bytes()
    {
        string longest = new('x', 255);
        string tooLong = string.Concat(Enumerable.Repeat("\u00fc", 128));
        Proxy proxy = ProxyOf(ProxyKind.Socks5);
        Assert.NotNull((proxy with { Credentials = new ProxyCredentials(longest, longest) }).Credentials);
        foreach (string wrong in (string[])["", tooLong])
        {
            Assert.Throws<ArgumentException>(() => proxy with { Credentials = new ProxyCredentials(wrong, "p") });
            ArgumentException refusal = Assert.Throws<ArgumentException>(() =>
                proxy with
                {
                    Credentials = new ProxyCredentials("u", wrong),
                }
            );
            Assert.Contains("The password has", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\u00fc", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void For_HTTP_a_user_name_has_no_colon()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() =>
            ProxyOf(ProxyKind.HttpConnect) with
            {
                Credentials = new ProxyCredentials("al:ice", "s3cret"),
            }
        );
        Assert.Contains("'al:ice' contains a colon", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_never_shown()
    {
        ProxyCredentials alice = new("alice", "s3cret");
        object[] shown =
        [
            alice,
            .. Enum.GetValues<ProxyKind>().Select(kind => ProxyOf(kind) with { Credentials = alice }),
        ];
        Assert.All(
            shown,
            value =>
            {
                Assert.Contains("alice", value.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain("s3cret", value.ToString(), StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Proxies_are_values()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        Assert.Equal(ProxyOf(ProxyKind.Socks5), ProxyOf(ProxyKind.Socks5));
        Assert.NotEqual(ProxyOf(ProxyKind.Socks5), ProxyOf(ProxyKind.Socks5) with { HandshakeTimeout = second });
        Assert.NotEqual(new ProxyCredentials("alice", "one"), new ProxyCredentials("alice", "other"));
    }

    private static Proxy ProxyOf(ProxyKind kind) => new(kind, "proxy.example", 1080);
}
