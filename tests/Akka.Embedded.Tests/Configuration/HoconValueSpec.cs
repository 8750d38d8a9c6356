using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace Akka.Embedded.Tests;

public sealed class HoconValueSpec
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData("5ms", 5)]
    [InlineData("5 millis", 5)]
    [InlineData("1.5s", 1500)]
    [InlineData("2 seconds", 2000)]
    [InlineData("1m", 60_000)]
    [InlineData("2 hours", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1500 micros", 1.5)]
    [InlineData("100ns", 0.0001)]
    [InlineData("infinite", -1)]
    public void Durations_are_read_with_these_units(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Value(text).GetTimeSpan());

    [Theory]
    [InlineData("5us")]
    [InlineData("5S")]
    [InlineData("-1s")]
    [InlineData("-5")]
    [InlineData("1 week")]
    [InlineData("soon")]
    public void Other_durations_are_format_errors(string text) =>
        Assert.Throws<FormatException>(() => Value(text).GetTimeSpan());

    [Fact]
    public void Infinity_can_be_forbidden()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, Value("Infinite").GetTimeSpan());
        Assert.Throws<FormatException>(() => Value("Infinite").GetTimeSpan(allowInfinite: false));
    }

    [Theory]
    [InlineData("64", 64)]
    [InlineData("64b", 64)]
    [InlineData("64k", 65536)]
    [InlineData("64 KiB", 65536)]
    [InlineData("64kB", 64000)]
    [InlineData("2M", 2097152)]
    [InlineData("2 MB", 2000000)]
    [InlineData("1 gibibyte", 1073741824)]
    [InlineData("-1k", -1024)]
    public void Sizes_are_read_with_these_units(string text, long bytes) =>
        Assert.Equal(bytes, Value(text).GetByteSize());

    [Theory]
    [InlineData("64kb")]
    [InlineData("64KB")]
    [InlineData("1.5k")]
    [InlineData("many")]
    public void Other_sizes_are_format_errors(string text) =>
        Assert.Throws<FormatException>(() => Value(text).GetByteSize());

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Booleans_have_four_words(string text, bool expected) =>
        Assert.Equal(expected, Value(text).GetBoolean());

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    [InlineData("On")]
    [InlineData("1")]
    public void Other_booleans_are_not_supported(string text) =>
        Assert.Throws<NotSupportedException>(() => Value(text).GetBoolean());

    [Fact]
    public void Numbers_are_read_invariantly()
    {
        Assert.Equal(-5, Value("-5").GetInt());
        Assert.Equal(5_000_000_000, Value("5000000000").GetLong());
        Assert.Equal(1.5, Value("1.5").GetDouble());
        Assert.Equal(1.5f, Value("1.5").GetFloat());
        Assert.Equal(1.5m, Value("1.5").GetDecimal());
        Assert.Equal(255, Value("255").GetByte());
        Assert.Throws<FormatException>(() => Value("1.5").GetInt());
        Assert.Throws<OverflowException>(() => Value("5000000000").GetInt());
    }

    [Fact]
    public void Something_else_than_text_has_no_text()
    {
        Assert.Null(Value("[1]").GetString());
        Assert.Null(Value("{ b = 1 }").GetString());
        Assert.Null(Value("null").GetString());
        Assert.Throws<ArgumentNullException>(() => Value("[1]").GetInt());
        Assert.Throws<ArgumentNullException>(() => Value("null").GetTimeSpan());
    }

    [Fact]
    public void A_reader_can_walk_the_tree_by_shape()
    {
        HoconValue root = ConfigurationFactory.ParseString("a { b = [1, { c = x }]\n}").Root;

        Assert.True(root.IsObject());
        HoconObject a = root.GetObject().GetKey("a").GetObject();
        HoconValue b = a.Items["b"];
        Assert.True(b.IsArray());
        Assert.False(b.IsObject());
        Assert.False(b.IsString());
        IList<HoconValue> elements = b.GetArray();
        Assert.True(elements[0].IsString());
        Assert.Equal("x", elements[1].GetObject().GetKey("c").GetString());
        Assert.Null(a.GetKey("missing"));
        Assert.IsType<HoconArray>(Assert.Single(b.Values));
        Assert.IsType<HoconLiteral>(Assert.Single(elements[0].Values));
    }

    [Fact]
    public void Unwrapping_turns_nested_objects_into_dictionaries()
    {
        HoconObject root = ConfigurationFactory.ParseString("a { b = 1 }, c = 2".Replace("},", "}\n")).Root.GetObject();
        var a = Assert.IsAssignableFrom<IDictionary<string, object>>(root.Unwrapped["a"]);
        Assert.Equal("1", Assert.IsType<HoconValue>(a["b"]).GetString());
    }

    [Fact]
    public void A_value_can_be_put_at_a_key() =>
        Assert.Equal(1, ConfigurationFactory.ParseString("a = 1").GetValue("a").AtKey("k").GetInt("k"));

    [Fact]
    public void Writing_back_gives_text_that_parses_to_the_same()
    {
        Config config = ConfigurationFactory.ParseString("a { b = [1, 2], c = \"x y\" }\nd = null");
        Assert.Equal("  a : {\r\n    b : [1,2]\r\n    c : \"x y\"\r\n  }\r\n  d : \r\n", config.ToString());
    }

    private static HoconValue Value(string text) => ConfigurationFactory.ParseString("a = " + text).GetValue("a");
}
