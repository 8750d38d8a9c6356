using System;
using System.Net;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

public sealed class ReactorEndPointSpec
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7000", false, "127.0.0.1", 7000)]
    [InlineData("tls://0.0.0.0:0", true, "0.0.0.0", 0)]
    [InlineData("tcp://[::1]:65535", false, "::1", 65535)]
    [InlineData("tls://mail.example.org:465", true, "mail.example.org", 465)]
    [InlineData("tcp://localhost:25", false, "localhost", 25)]
    public void An_end_point_is_a_scheme_a_host_and_a_port(string text, bool secure, string host, int port)
    {
        Assert.True(ReactorEndPoint.TryParse(text, out ReactorEndPoint? endPoint));
        Assert.Equal(new ReactorEndPoint(secure, host, port), endPoint);
        Assert.Equal(text, endPoint.ToString());
    }

    [Theory]
    [InlineData("unix:/run/reactor.sock", "/run/reactor.sock")]
    [InlineData("unix:/x", "/x")]
    [InlineData("unix:/with spaces/and:colons", "/with spaces/and:colons")]
    public void Or_it_is_the_path_of_a_unix_socket(string text, string path)
    {
        Assert.True(ReactorEndPoint.TryParse(text, out ReactorEndPoint? endPoint));
        Assert.Equal((path, false, 0), (endPoint.UnixPath, endPoint.Secure, endPoint.Port));
        Assert.Equal(text, endPoint.ToString());
        Assert.Equal(path, endPoint.UnixAddress(out _)!.ToString());
    }

    [Fact]
    public void A_path_that_is_too_long_is_told_with_its_length()
    {
        Assert.True(ReactorEndPoint.TryParse($"unix:/{new string('\u00e4', 60)}", out ReactorEndPoint? endPoint));
        Assert.Null(endPoint.UnixAddress(out string reason));
        Assert.StartsWith("the path has 121 bytes, which is more than", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:")]
    [InlineData("unix:/")]
    [InlineData("unix:relative")]
    [InlineData("unix:@abstract")]
    [InlineData("unix:/nul\0byte")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tcp://")]
    [InlineData("tcp://:80")]
    [InlineData("tcp://host")]
    [InlineData("tcp://host:")]
    [InlineData("tcp://host:65536")]
    [InlineData("tcp://host:-1")]
    [InlineData("tcp://host:+1")]
    [InlineData("tcp://host: 80")]
    [InlineData("tcp://host:80/")]
    [InlineData("tcp://host/path:80")]
    [InlineData("TCP://host:80")]
    [InlineData("udp://host:80")]
    [InlineData("http://host:80")]
    [InlineData("host:80")]
    [InlineData("tcp://::1:80")]
    [InlineData("tcp://[127.0.0.1]:80")]
    [InlineData("tcp://[]:80")]
    [InlineData("tcp://[::1:80")]
    [InlineData("tcp://::1]:80")]
    [InlineData("tcp://two words:80")]
    [InlineData("tcp://user@host:80")]
    [InlineData("tcp://[not:an:address]:80")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(ReactorEndPoint.TryParse(text, out _));
    }

    [Fact]
    public void An_address_may_have_a_scope()
    {
        Assert.True(ReactorEndPoint.TryParse("tcp://[fe80::1%7]:25", out ReactorEndPoint? endPoint));
        Assert.Equal(7, endPoint.Address!.ScopeId);
        Assert.Equal("tcp://[fe80::1%7]:25", endPoint.ToString());
        if (OperatingSystem.IsLinux())
        {
            Assert.True(ReactorEndPoint.TryParse("tcp://[fe80::1%lo]:25", out endPoint));
            Assert.Equal(1, endPoint.Address!.ScopeId);
        }
    }

    [Theory]
    [InlineData("tcp://[fe80::1%nosuch]:25", "nosuch")]
    [InlineData("tcp://[fe80::1%7]:25", null)]
    [InlineData("tcp://[fe80::1%0]:25", null)]
    [InlineData("tcp://[fe80::1]:25", null)]
    [InlineData("tcp://mail.example.org:25", null)]
    public void A_zone_that_is_no_interface_is_noticed(string text, string? zone)
    {
        Assert.True(ReactorEndPoint.TryParse(text, out ReactorEndPoint? endPoint));
        Assert.Equal(zone, endPoint.UnknownZone);
    }

    [Fact]
    public void The_address_is_known_where_the_host_is_one()
    {
        Assert.Equal(IPAddress.IPv6Loopback, new ReactorEndPoint(Secure: false, "::1", 1).Address);
        Assert.Null(new ReactorEndPoint(Secure: false, "mail.example.org", 1).Address);
    }
}
