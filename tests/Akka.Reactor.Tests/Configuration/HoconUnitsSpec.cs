using System;
using System.Threading;
using Akka.Reactor.Configuration;
using Xunit;

namespace Akka.Reactor.Tests.Configuration;

public sealed class HoconUnitsSpec
{
    [Theory]
    [InlineData("1ms", 1)]
    [InlineData("20 ms", 20)]
    [InlineData("3 millis", 3)]
    [InlineData("1500 milliseconds", 1500)]
    [InlineData("5s", 5_000)]
    [InlineData("1 second", 1_000)]
    [InlineData("2 seconds", 2_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("0.25 s", 250)]
    [InlineData("5m", 300_000)]
    [InlineData("1 minute", 60_000)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("2 hours", 7_200_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("24 days", 2_073_600_000)]
    public void A_duration_is_a_number_with_its_unit(string text, long milliseconds)
    {
        Assert.True(HoconUnits.TryParseDuration(text, infinite: false, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 x")]
    [InlineData("5S")]
    [InlineData("5sec")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("0s")]
    [InlineData("0.0 ms")]
    [InlineData("1e3 ms")]
    [InlineData("1,5 s")]
    [InlineData("1.2.3s")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999 d")]
    [InlineData(" 5s")]
    [InlineData("5s ")]
    [InlineData("infinite")]
    [InlineData("Infinite")]
    public void Anything_else_is_no_duration(string text) =>
        Assert.False(HoconUnits.TryParseDuration(text, infinite: false, out _));

    [Fact]
    public void Infinite_is_a_duration_where_it_is_allowed()
    {
        Assert.True(HoconUnits.TryParseDuration("infinite", infinite: true, out TimeSpan duration));
        Assert.Equal(Timeout.InfiniteTimeSpan, duration);
        Assert.False(HoconUnits.TryParseDuration("forever", infinite: true, out _));
    }

    [Theory]
    [InlineData("0B", 0)]
    [InlineData("17B", 17)]
    [InlineData("17 bytes", 17)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("2GiB", 2_147_483_648)]
    public void A_size_is_a_whole_number_with_its_unit(string text, long bytes)
    {
        Assert.True(HoconUnits.TryParseSize(text, out long size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("64")]
    [InlineData("KiB")]
    [InlineData("64kb")]
    [InlineData("64KB")]
    [InlineData("64K")]
    [InlineData("1.5MiB")]
    [InlineData("-1B")]
    [InlineData("9999999999 GiB")]
    [InlineData("99999999999999999999B")]
    public void Anything_else_is_no_size(string text) => Assert.False(HoconUnits.TryParseSize(text, out _));
}
