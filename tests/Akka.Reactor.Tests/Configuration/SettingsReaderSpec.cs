using System;
using System.Linq;
using System.Threading;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Tests.Configuration;

public sealed class SettingsReaderSpec
{
    [Fact]
    public void What_is_not_there_is_its_fallback()
    {
        SettingsReader reader = Reader("");
        Assert.Equal("word", reader.Text("a", "word"));
        Assert.Equal(5, reader.Count("b", 5, 1));
        Assert.True(reader.Flag("c", fallback: true));
        Assert.Equal(7, reader.Size("d", 7, 1));
        Assert.Equal(TimeSpan.FromSeconds(1), reader.Duration("e", TimeSpan.FromSeconds(1)));
        Assert.Equal(["x"], reader.Texts("f", ["x"]));
        Assert.Empty(reader.Section("g").Keys);
        Assert.Null(reader.OptionalText("i"));
        Assert.False(reader.Has("j"));
        reader.RejectUnknown();
    }

    [Fact]
    public void What_is_there_is_read_by_its_shape()
    {
        SettingsReader reader = Reader(
            """
            a = word, b = 12, c = off, d = 2KiB, e = 3 s, f = [one, "two three"]
            g { h = inner, i { j = deep } }
            l { any { thing = 1 } }
            k = infinite, m = "quoted text", n = ""
            o = []
            """
        );
        Assert.Equal("word", reader.Text("a", ""));
        Assert.Equal(12, reader.Count("b", 0, 1));
        Assert.False(reader.Flag("c", fallback: true));
        Assert.Equal(2048, reader.Size("d", 0, 1));
        Assert.Equal(TimeSpan.FromSeconds(3), reader.Duration("e", TimeSpan.Zero));
        Assert.Equal(["one", "two three"], reader.Texts("f", []));
        SettingsReader section = reader.Section("g");
        Assert.Equal("test.block.g", section.Path);
        Assert.Equal("inner", section.RequiredText("h"));
        Assert.Equal("deep", section.Section("i").RequiredText("j"));
        Assert.Equal(Timeout.InfiniteTimeSpan, reader.Duration("k", TimeSpan.Zero));
        Assert.Equal("1", reader.Section("l").Section("any").RequiredText("thing"));
        Assert.Equal("quoted text", reader.RequiredText("m"));
        Assert.Empty(reader.Text("n", "fallback"));
        Assert.Empty(reader.Texts("o", ["fallback"]));
        reader.RejectUnknown();
    }

    [Fact]
    public void A_wrong_value_is_told_with_its_full_path_what_it_is_and_what_is_allowed()
    {
        Assert.Equal(
            "test.block.a: is purple; it must be one of red, blue",
            Error("a = purple", reader => reader.Choice("a", "red", ["red", "blue"]))
        );
        Assert.Equal(
            "test.block.a: is 0; it must be a whole number from 1 to 10",
            Error("a = 0", reader => reader.Count("a", 1, 1, 10))
        );
        Assert.Equal(
            "test.block.a: is 11; it must be a whole number from 1 to 10",
            Error("a = 11", reader => reader.Count("a", 1, 1, 10))
        );
        Assert.Equal(
            "test.block.a: is 1.5; it must be a whole number from 1 to 10",
            Error("a = 1.5", reader => reader.Count("a", 1, 1, 10))
        );
        Assert.Equal(
            "test.block.a: is yes; it must be true, on, false or off",
            Error("a = yes", reader => reader.Flag("a", fallback: true))
        );
        Assert.Equal(
            "test.block.a: is 64kb; it must be a size of at least 1024 bytes and below 2GiB: a number with B, KiB, MiB or GiB",
            Error("a = 64kb", reader => reader.Size("a", 1, 1024))
        );
        Assert.Equal(
            "test.block.a: is 1023B; it must be a size of at least 1024 bytes and below 2GiB: a number with B, KiB, MiB or GiB",
            Error("a = 1023B", reader => reader.Size("a", 1, 1024))
        );
        Assert.StartsWith(
            "test.block.a: is 2GiB; it must be a size",
            Error("a = 2GiB", reader => reader.Size("a", 1, 1024)),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "test.block.a: is 5; it must be a duration: a number with ms, s, m, h or d, above 0 and at most 24.8d, or infinite",
            Error("a = 5", reader => reader.Duration("a", TimeSpan.Zero))
        );
        Assert.Equal(
            "test.block.a: is infinite; it must be a duration: a number with ms, s, m, h or d, above 0 and at most 24.8d",
            Error("a = infinite", reader => reader.Duration("a", TimeSpan.Zero, infinite: false))
        );
        Assert.Equal("test.block.a: is missing; it must be a text", Error("", reader => reader.RequiredText("a")));
    }

    [Fact]
    public void A_wrong_shape_is_told_before_the_value_is_looked_at()
    {
        Action<SettingsReader>[] texts =
        [
            reader => reader.Text("a", ""),
            reader => reader.RequiredText("a"),
            reader => reader.Count("a", 1, 1),
            reader => reader.Flag("a", fallback: true),
            reader => reader.Size("a", 1, 1),
            reader => reader.Duration("a", TimeSpan.Zero),
        ];
        Assert.All(
            texts,
            read =>
            {
                Assert.Equal("test.block.a: is a block; it must be a text", Error("a { b = 1 }", read));
                Assert.Equal("test.block.a: is a list; it must be a text", Error("a = [1, 2]", read));
                Assert.Equal("test.block.a: is a list; it must be a text", Error("a = []", read));
            }
        );
        Assert.Equal("test.block.a: is word; it must be a block", Error("a = word", reader => reader.Section("a")));
        Assert.Equal("test.block.a: is a list; it must be a block", Error("a = [1]", reader => reader.Section("a")));
        Assert.Equal("test.block.a: is word; it must be a block", Error("a = word", reader => reader.Section("a")));
        Assert.StartsWith(
            "test.block.a: is word; it must be a list of texts",
            Error("a = word", reader => reader.Texts("a", [])),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "test.block.a: is a block; it must be a list of texts",
            Error("a { b = 1 }", reader => reader.Texts("a", [])),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "test.block.a: is a list; it must be a list of texts",
            Error("a = [{ b = 1 }]", reader => reader.Texts("a", [])),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_unknown_key_is_told_with_those_that_are_known()
    {
        Assert.Equal(
            "test.block.readahead: is not a setting; the known settings are limit, max-unread",
            Error(
                "max-unread = 1KiB, readahead = 1KiB",
                reader =>
                {
                    reader.Size("max-unread", 1, 1);
                    reader.Size("limit", 1, 1);
                    reader.RejectUnknown();
                }
            )
        );
        Assert.Equal(
            "test.block.a.b.oops: is not a setting; the known settings are c",
            Error(
                "a { b { c = 1, oops = 2 } }",
                reader =>
                {
                    reader.Section("a").Section("b").Count("c", 1, 1);
                    reader.RejectUnknown();
                }
            )
        );
    }

    [Fact]
    public void An_unknown_block_is_told_too()
    {
        Assert.StartsWith(
            "test.block.oops: is not a setting",
            Error("oops { a = 1 }", reader => reader.RejectUnknown()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_value_that_is_not_a_block_where_the_settings_begin_is_told()
    {
        ReactorConfigurationException failure = Assert.Throws<ReactorConfigurationException>(() =>
            SettingsReader.Of(ConfigurationFactory.ParseString("test.block = 5"), "test.block")
        );
        Assert.Equal("test.block: is 5; it must be a block", failure.Message);
    }

    [Fact]
    public void Substitutions_and_fallbacks_are_seen()
    {
        Config config = ConfigurationFactory
            .ParseString("word = seen, test.block { a = ${word} }")
            .WithFallback(ConfigurationFactory.ParseString("test.block { a = hidden, b = 3 }"));
        SettingsReader reader = SettingsReader.Of(config, "test.block");
        Assert.Equal("seen", reader.Text("a", ""));
        Assert.Equal(3, reader.Count("b", 0, 1));
        Assert.Equal("a b", string.Join(" ", reader.Keys.Order(StringComparer.Ordinal)));
    }

    private static SettingsReader Reader(string block) =>
        SettingsReader.Of(ConfigurationFactory.ParseString($"test.block {{ {block} }}"), "test.block");

    private static string Error(string block, Action<SettingsReader> read) =>
        Assert.Throws<ReactorConfigurationException>(() => read(Reader(block))).Message;
}
