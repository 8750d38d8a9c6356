using System;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>A proxy as it is written, in configuration and in C#.</summary>
public sealed class ProxySpec
{
    [Theory]
    [InlineData("socks5://proxy.test:1080", ProxyKind.Socks5, false, "proxy.test", 1080)]
    [InlineData("socks5+tls://10.0.0.1:1", ProxyKind.Socks5, true, "10.0.0.1", 1)]
    [InlineData("http://proxy.test:65535", ProxyKind.HttpConnect, false, "proxy.test", 65535)]
    [InlineData("https://[2001:db8::1]:443", ProxyKind.HttpConnect, true, "2001:db8::1", 443)]
    public void It_is_read_and_written(string text, ProxyKind kind, bool secure, string host, int port)
    {
        Proxy proxy = Proxy.Parse(text);
        Assert.Equal(new Proxy(kind, host, port) { Secure = secure }, proxy);
        Assert.Equal(text, proxy.ToString());
    }

    [Theory]
    [InlineData("alice:secret", "alice", "secret")]
    [InlineData("alice:s:e@c", "alice", "s:e@c")]
    [InlineData("al%40ice:s%3ae%25c", "al@ice", "s:e%c")]
    [InlineData("al+ice:s%2541", "al+ice", "s%41")]
    [InlineData("b%C3%BCro:%F0%9F%98%80", "b\u00fcro", "\ud83d\ude00")]
    [InlineData("b\u00fcro:secret", "b\u00fcro", "secret")]
    public void Its_credentials_are_percent_encoded(string text, string userName, string password)
    {
        Proxy proxy = Proxy.Parse($"socks5://{text}@proxy.test:1080");
        Assert.Equal(new ProxyCredentials(userName, password), proxy.Credentials);
        Assert.DoesNotContain(password, proxy.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("alice:")]
    [InlineData(":secret")]
    [InlineData("alice:s%")]
    [InlineData("alice:s%4")]
    [InlineData("alice:s%4@t")]
    [InlineData("alice:s%zz")]
    [InlineData("alice:s%+4")]
    [InlineData("alice:s%FF")]
    [InlineData("alice:s%00")]
    public void Malformed_credentials_are_refused(string text)
    {
        FormatException refusal = Assert.Throws<FormatException>(() => Proxy.Parse($"socks5://{text}@proxy.test:1080"));
        Assert.DoesNotContain("proxy.test", refusal.Message, StringComparison.Ordinal);
    }

    // Not above: an attribute cannot hold half a character.
    [Fact]
    public void Half_a_character_is_refused() =>
        Assert.Throws<FormatException>(() => Proxy.Parse("socks5://alice:s\ud83d@proxy.test:1080"));

    [Theory]
    [InlineData("proxy.test", 0)]
    [InlineData("proxy.test", 65536)]
    [InlineData("", 1080)]
    [InlineData("proxy test", 1080)]
    [InlineData("[::1]", 1080)]
    [InlineData("fe80::1%lo", 1080)]
    [InlineData("127.1", 1080)]
    public void What_no_proxy_can_have_is_refused_where_it_is_set(string host, int port) =>
        Assert.ThrowsAny<ArgumentException>(() => new Proxy(ProxyKind.Socks5, host, port));

    [Fact]
    public void Credentials_are_refused_by_the_kind_that_cannot_be_told_them()
    {
        ProxyCredentials colon = new("al:ice", "secret");
        ProxyCredentials longer = new("alice", new string('x', 256));
        Assert.NotNull(new Proxy(ProxyKind.Socks5, "proxy.test", 1) { Credentials = colon });
        Assert.NotNull(new Proxy(ProxyKind.HttpConnect, "proxy.test", 1) { Credentials = longer });
        Assert.Throws<ArgumentException>(() =>
            new Proxy(ProxyKind.HttpConnect, "proxy.test", 1) { Credentials = colon }
        );
        Assert.Throws<ArgumentException>(() => new Proxy(ProxyKind.Socks5, "proxy.test", 1) { Credentials = longer });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Proxy((ProxyKind)2, "proxy.test", 1));
    }
}
