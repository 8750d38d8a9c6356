using System;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace Akka.Embedded.Tests;

public sealed class HoconParsingSpec
{
    [Theory]
    [InlineData("a = 1")]
    [InlineData("a=1,")]
    [InlineData("a : 1")]
    [InlineData("\"a\" = 1")]
    [InlineData("{ a = 1 }")]
    [InlineData("# comment\na = 1")]
    [InlineData("a = 1 // comment")]
    [InlineData("a = # comment\n 1")]
    [InlineData("a = \n\n 1")]
    [InlineData("a = \"1\"")]
    [InlineData("a = \"\"\"1\"\"\"")]
    [InlineData("a = 2, a = 1")]
    [InlineData("a { b = 2 }, a = 1")]
    [InlineData("a = ${b}, b = 1")]
    public void One_value_has_many_spellings(string text)
    {
        // A comma after a brace that no assignment opened is the exception.
        Config config = ConfigurationFactory.ParseString(text.Replace("},", "}\n", StringComparison.Ordinal));
        Assert.Equal("1", config.GetString("a"));
    }

    [Theory]
    [InlineData("a.b.c = 1")]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a { b.c = 1 }")]
    [InlineData("a.b { c = 1 }")]
    [InlineData("a = { b : { c = 1 } }")]
    [InlineData("a { b { c = 2 } }\na { b { c = 1 } }")]
    [InlineData("{\"a\":{\"b\":{\"c\":\"1\"}}}")]
    public void Nesting_has_many_spellings(string text) =>
        Assert.Equal(1, ConfigurationFactory.ParseString(text).GetInt("a.b.c"));

    [Fact]
    public void Objects_of_one_key_are_merged_and_a_literal_replaces_them()
    {
        Config config = ConfigurationFactory.ParseString(
            "a { b = 1, c = 2 }\na { c = 3, d = 4 }\ne { f = 1 }\ne = text\ng = text\ng { h = 1 }"
        );
        Assert.Equal([1, 3, 4], new[] { "a.b", "a.c", "a.d" }.Select(path => config.GetInt(path)));
        Assert.Equal("text", config.GetString("e"));
        Assert.Equal(1, config.GetInt("g.h"));
    }

    [Fact]
    public void A_quoted_key_may_contain_dots_and_slashes()
    {
        Config config = ConfigurationFactory.ParseString("deployment { \"/a/*\" = 1, /b { c = 2 } }\n\"x.y\".z = 3");
        Assert.Equal(1, config.GetInt("deployment.\"/a/*\""));
        Assert.Equal(2, config.GetInt("deployment./b.c"));
        Assert.Equal(3, config.GetInt("\"x.y\".z"));
        Assert.False(config.HasPath("x.y"));
    }

    [Fact]
    public void Adjacent_texts_are_concatenated_with_the_blanks_between_them()
    {
        Config config = ConfigurationFactory.ParseString("a = one  two \"three\" # no\nb = \"x\"y\nc = \" x \"");
        Assert.Equal("one  two three", config.GetString("a"));
        Assert.Equal("xy", config.GetString("b"));
        Assert.Equal("x", config.GetString("c"));
    }

    [Fact]
    public void Escapes_are_read_between_double_quotes_only()
    {
        Config config = ConfigurationFactory.ParseString(
            "a = \"tab\\tquote\\\"\\\\\\u0041\"\nb = \"\"\"raw \"quoted\" \\t\nnext\"\"\""
        );
        Assert.Equal("tab\tquote\"\\A", config.GetString("a"));
        Assert.Equal("raw \"quoted\" \\t\nnext", config.GetString("b"));
    }

    [Theory]
    [InlineData("a = [1,2]", "1,2")]
    [InlineData("a = [1\n2]", "1,2")]
    [InlineData("a = [1,2,]", "1,2")]
    [InlineData("a = [1, # one\n 2]", "1,2")]
    [InlineData("a = [1] [2]", "1,2")]
    [InlineData("b = [1]\na = ${b} [2]", "1,2")]
    [InlineData("a = [one two, three]", "one two,three")]
    [InlineData("a = []", "")]
    public void Arrays_are_read(string text, string elements)
    {
        Config config = ConfigurationFactory.ParseString(text);
        Assert.Equal(elements, string.Join(',', config.GetStringList("a")));
    }

    [Fact]
    public void An_array_of_a_blank_holds_one_empty_element()
    {
        HoconValue value = ConfigurationFactory.ParseString("a = [ ]").GetValue("a");
        Assert.True(Assert.Single(value.GetArray()).IsEmpty);
    }

    [Fact]
    public void A_second_array_replaces_the_first() =>
        Assert.Equal(["2"], ConfigurationFactory.ParseString("a = [1]\na = [2]").GetStringList("a"));

    [Fact]
    public void Substitutions_stand_for_what_the_whole_text_says()
    {
        Config config = ConfigurationFactory.ParseString(
            "host = ${name}\":25\"\nname = relay\nbase { x = 1, y = 2 }\nderived = ${base}\nlist = [${name}, b]"
        );
        Assert.Equal("relay:25", config.GetString("host"));
        Assert.Equal(2, config.GetInt("derived.y"));
        Assert.Equal(["relay", "b"], config.GetStringList("list"));
        Assert.Equal(3, config.Substitutions.Count());
    }

    [Fact]
    public void The_optional_form_of_a_substitution_is_not_known() =>
        // It resolves to the root, and the rest of it is text.
        Assert.True(ConfigurationFactory.ParseString("a = ${?b}\nc = 1").GetValue("a").IsObject());

    [Fact]
    public void Appending_is_not_known()
    {
        Config config = ConfigurationFactory.ParseString("a = [1]\na += 2");
        Assert.Equal(["1"], config.GetStringList("a"));
        Assert.Equal(2, config.GetInt("a +"));
    }

    [Theory]
    [InlineData("a = ${b}")]
    [InlineData("a = 1,,b = 2")]
    [InlineData(",a = 1")]
    [InlineData("a { b = 1 }, c = 2")]
    [InlineData("a =")]
    [InlineData("a = \"\\x\"")]
    [InlineData("a = 1 #")]
    [InlineData("a = b@c")]
    [InlineData("*")]
    public void Unknown_signs_escapes_and_substitutions_are_format_errors(string text) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text));

    [Theory]
    [InlineData("a = http://x")]
    [InlineData("a = x:y")]
    [InlineData("a = x=y")]
    public void Unquoted_text_must_not_contain_an_assignment(string text) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text));

    [Theory]
    [InlineData("a { b = 1")]
    [InlineData("a.b = [1")]
    [InlineData("a.b = \"1")]
    [InlineData("a { b = \"\"\"1")]
    public void Missing_ends_are_forgiven(string text) =>
        Assert.True(ConfigurationFactory.ParseString(text).HasPath("a.b"));

    [Fact]
    public void What_follows_a_brace_too_many_is_not_read()
    {
        Config config = ConfigurationFactory.ParseString("a = 1 }\nb = 2");
        Assert.True(config.HasPath("a"));
        Assert.False(config.HasPath("b"));
    }

    [Fact]
    public void An_include_is_asked_from_the_callback_and_merged_where_it_stands()
    {
        Config config = ConfigurationFactory.ParseString(
            "a { x = 1\n include \"part\"\n}",
            name => Parser.Parse($"name = {name}, x = 2, y = ${{x}}", includeCallback: null)
        );
        Assert.Equal("part", config.GetString("a.name"));
        Assert.Equal(2, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
    }
}
