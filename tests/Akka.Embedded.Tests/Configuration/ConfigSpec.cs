using System;
using System.Linq;
using Akka.Configuration;
using Xunit;

namespace Akka.Embedded.Tests;

public sealed class ConfigSpec
{
    [Fact]
    public void A_missing_path_gives_the_default()
    {
        Config config = ConfigurationFactory.ParseString("a = 1");
        Assert.Equal(0, config.GetInt("b"));
        Assert.Equal(7, config.GetInt("b", 7));
        Assert.Equal(0L, config.GetLong("b"));
        Assert.Equal(0d, config.GetDouble("b"));
        Assert.Equal(0f, config.GetFloat("b"));
        Assert.Equal(0m, config.GetDecimal("b"));
        Assert.False(config.GetBoolean("b"));
        Assert.True(config.GetBoolean("b", true));
        Assert.Null(config.GetString("b"));
        Assert.Equal("x", config.GetString("b", "x"));
        Assert.Null(config.GetByteSize("b", null));
        Assert.Equal(3, config.GetByteSize("b", 3));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("b"));
        Assert.Equal(TimeSpan.FromSeconds(1d), config.GetTimeSpan("b", TimeSpan.FromSeconds(1d)));
        Assert.Empty(config.GetStringList("b"));
        Assert.Equal(["x"], config.GetStringList("b", ["x"]));
        Assert.Null(config.GetConfig("b"));
        Assert.Null(config.GetValue("b"));
        Assert.False(config.HasPath("b"));
        Assert.False(config.HasPath("a.b"));
        Assert.Throws<NullReferenceException>(() => config.GetIntList("b"));
    }

    [Fact]
    public void Present_values_are_read_by_type()
    {
        Config config = ConfigurationFactory.ParseString(
            "i = 1, l = 2, d = 1.5, on = on, s = text, size = 2k, t = 3s, list = [1, 2], o { x = 1 }"
        );
        Assert.Equal(1, config.GetInt("i"));
        Assert.Equal(2L, config.GetLong("l"));
        Assert.Equal(1.5, config.GetDouble("d"));
        Assert.Equal(1.5f, config.GetFloat("d"));
        Assert.Equal(1.5m, config.GetDecimal("d"));
        Assert.True(config.GetBoolean("on"));
        Assert.Equal("text", config.GetString("s"));
        Assert.Equal(2048, config.GetByteSize("size", null));
        Assert.Equal(TimeSpan.FromSeconds(3d), config.GetTimeSpan("t"));
        Assert.Equal(["1", "2"], config.GetStringList("list"));
        Assert.Equal([1, 2], config.GetIntList("list"));
        Assert.Equal([1L, 2L], config.GetLongList("list"));
        Assert.Equal(1, config.GetConfig("o").GetInt("x"));
    }

    [Fact]
    public void A_fallback_fills_in_what_is_missing_at_any_depth()
    {
        Config config = ConfigurationFactory
            .ParseString("a { b = 1, list = [1] }")
            .WithFallback(ConfigurationFactory.ParseString("a { b = 2, c = 3, list = [2, 3] }\nd = 4"))
            .WithFallback(ConfigurationFactory.ParseString("a { e = 5 }\nd = 6"));
        Assert.Equal(1, config.GetInt("a.b"));
        Assert.Equal(3, config.GetInt("a.c"));
        Assert.Equal(["1"], config.GetStringList("a.list"));
        Assert.Equal(4, config.GetInt("d"));
        Assert.Equal(5, config.GetInt("a.e"));
        Assert.Equal(5, config.GetConfig("a").GetInt("e"));
    }

    [Fact]
    public void Fallbacks_leave_their_sources_alone()
    {
        Config config = ConfigurationFactory.ParseString("a { b = 1 }");
        Config fallback = ConfigurationFactory.ParseString("a { c = 2 }");
        Config merged = config.WithFallback(fallback);
        Assert.False(config.HasPath("a.c"));
        Assert.False(fallback.HasPath("a.b"));
        Assert.Equal("  a : {\r\n    b : 1\r\n  }\r\n", merged.ToString());
        Assert.Contains("c : 2", merged.ToString(includeFallback: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fallback_that_adds_nothing_is_left_out()
    {
        Config config = ConfigurationFactory.ParseString("a { b = 1 }");
        Assert.Same(config, config.WithFallback(null));
        Assert.Same(config, config.WithFallback(ConfigurationFactory.ParseString("a { b = 1 }")));
        Assert.NotSame(config, config.WithFallback(ConfigurationFactory.ParseString("a { b = 2 }")));
        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
    }

    [Fact]
    public void An_empty_configuration_is_replaced_by_its_fallback()
    {
        Config fallback = ConfigurationFactory.ParseString("a = 1");
        Assert.Same(fallback, ConfigurationFactory.Empty.WithFallback(fallback));
        Assert.Same(fallback, ((Config)null!).SafeWithFallback(fallback));
        Assert.Same(fallback, fallback.SafeWithFallback(fallback));
        Assert.True(Config.Empty.IsEmpty);
        Assert.True(((Config)null!).IsNullOrEmpty());
        Assert.False(fallback.IsNullOrEmpty());
    }

    [Fact]
    public void Text_can_be_used_as_a_configuration()
    {
        Config config = "a = 1";
        Assert.Equal(1, config.GetInt("a"));
        Assert.Equal(2, (config + "b = 2").GetInt("b"));
        Assert.Equal(3, ("a = 3" + config).GetInt("a"));
    }

    [Fact]
    public void Top_level_keys_can_be_enumerated()
    {
        Config config = ConfigurationFactory.ParseString("a = 1, b = 2").WithFallback("b = 3, c = 4");
        var values = config
            .AsEnumerable()
            .ToDictionary(item => item.Key, item => item.Value.GetString(), StringComparer.Ordinal);
        Assert.Equal(3, values.Count);
        Assert.Equal("1", values["a"]);
        Assert.Equal("2", values["b"]);
        Assert.Equal("4", values["c"]);
    }

    [Fact]
    public void A_configuration_made_of_nothing_cannot_be_read()
    {
        Assert.True(new Config().IsEmpty);
        Assert.Throws<InvalidOperationException>(() => new Config().GetInt("a"));
        Assert.Throws<ArgumentNullException>(() => new Config(null!, Config.Empty));
    }

    [Fact]
    public void An_unclosed_quote_in_a_path_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfigurationFactory.ParseString("a = 1").HasPath("\"a"));

    [Fact]
    public void Configurations_are_read_from_resources()
    {
        const string name = "Akka.Embedded.Tests.Configuration.sample.conf";
        Assert.Equal("resource", ConfigurationFactory.FromResource<ConfigSpec>(name).GetString("sample.from"));
        Assert.Equal("resource", ConfigurationFactory.FromResource(name, GetType().Assembly).GetString("sample.from"));
        Assert.Equal("resource", ConfigurationFactory.FromResource(name, (object)this).GetString("sample.from"));
        Assert.Throws<ArgumentNullException>(() => ConfigurationFactory.FromResource<ConfigSpec>("missing"));
    }

    [Fact]
    public void The_defaults_name_dispatchers_and_loggers()
    {
        Config defaults = ConfigurationFactory.Default();
        Assert.Equal("INFO", defaults.GetString("akka.loglevel"));
        Assert.True(defaults.HasPath("akka.actor.default-dispatcher.throughput"));
    }

    [Fact]
    public void Without_an_application_configuration_nothing_is_loaded() =>
        Assert.True(ConfigurationFactory.Load().IsEmpty);

    [Fact]
    public void A_missing_section_has_an_exception_that_names_who_misses_it()
    {
        Assert.Contains(
            "ConfigSpec",
            ConfigurationException.NullOrEmptyConfig<ConfigSpec>().Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "`a.b`",
            ConfigurationException.NullOrEmptyConfig<ConfigSpec>("a.b").Message,
            StringComparison.Ordinal
        );
    }
}
