using System;
using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Reads HOCON as Akka.NET 1.5 does, by recursive descent. It is lenient in the same places (signs that make no sense
/// where they stand are passed over, missing closing brackets are forgiven) and strict in the same places (unknown
/// signs, unquoted text with : or =, unresolved substitutions).
/// </summary>
public class Parser
{
    private readonly List<HoconSubstitution> _substitutions = [];
    private HoconCursor _cursor;
    private Func<string, HoconRoot> _include;

    private enum Sign
    {
        Dot,
        ObjectStart,
        ObjectEnd,
        Assignment,
        Include,
        Key,
        Bracket,
        End,
    }

    /// <summary>Parses the text; the callback yields the content of each <c>include "name"</c>.</summary>
    /// <exception cref="FormatException">An unknown sign or escape, or a substitution nothing is found for.</exception>
    /// <exception cref="ConfigurationException">Unquoted text that contains an assignment sign.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot> includeCallback) =>
        new Parser { _cursor = new HoconCursor(text), _include = includeCallback }.ParseText();

    private HoconRoot ParseText()
    {
        var root = new HoconValue();
        ParseObject(root, wholeObject: true, path: "");

        // In the order of the text: a substitution that leads through a later one does not find it resolved yet.
        Config tree = root.ToConfig();
        foreach (HoconSubstitution substitution in _substitutions)
        {
            substitution.ResolvedValue =
                tree.GetValue(substitution.Path)
                ?? throw new FormatException($"Unresolved substitution: {substitution.Path}");
        }

        return new HoconRoot(root, _substitutions);
    }

    /// <summary>Fields up to the closing brace or the end; after a dot (a.b = 1) only a single one.</summary>
    private void ParseObject(HoconValue owner, bool wholeObject, string path)
    {
        if (!owner.IsObject())
            owner.NewValue(new HoconObject());
        HoconObject target = owner.GetObject();

        while (!_cursor.AtEnd)
        {
            switch (Next(out string text))
            {
                case Sign.Include:
                    Include(text, target, path);
                    break;
                case Sign.Key:
                    ParseField(target.GetOrCreateKey(text), path.Length == 0 ? text : $"{path}.{text}");
                    if (!wholeObject)
                        return;
                    break;
                case Sign.ObjectEnd:
                    return;
            }
        }
    }

    /// <summary>What follows a key: .key, = value or { fields }. Anything else in between is passed over.</summary>
    private void ParseField(HoconValue value, string path)
    {
        while (!_cursor.AtEnd)
        {
            switch (Next(out _))
            {
                case Sign.Dot:
                    ParseObject(value, wholeObject: false, path);
                    return;
                case Sign.ObjectStart:
                    ParseObject(value, wholeObject: true, path);
                    return;
                case Sign.Assignment:
                    // An object stays: a second one is merged into it, and only a literal replaces it.
                    if (!value.IsObject())
                        value.Clear();
                    ParseValue(value, path);
                    return;
            }
        }
    }

    /// <summary>Concatenated elements up to the line's end or a comma, which is consumed. There may be none.</summary>
    private void ParseValue(HoconValue owner, string path)
    {
        _cursor.SkipWhitespaceAndComments();
        while (ParseElement(owner, path))
        {
            // Blanks count only between two texts; the whole string is trimmed when it is read.
            if (_cursor.AtBlank)
                owner.AppendValue(new HoconLiteral { Value = _cursor.TakeBlanks() });
        }

        _cursor.TryTake(',');
    }

    private bool ParseElement(HoconValue owner, string path)
    {
        if (_cursor.TryTake('{'))
        {
            ParseObject(owner, wholeObject: true, path);
        }
        else if (_cursor.TryTake('['))
        {
            owner.AppendValue(ParseArray(path));
        }
        else if (_cursor.AtSubstitution)
        {
            owner.AppendValue(ParseSubstitution());
        }
        else if (TakeLiteral() is { } literal)
        {
            if (owner.IsObject())
                owner.Clear();
            owner.AppendValue(new HoconLiteral { Value = literal });
        }
        else
        {
            return false;
        }

        return true;
    }

    private string TakeLiteral()
    {
        if (_cursor.AtTripleQuote)
            return _cursor.TakeTripleQuoted();
        if (_cursor.At('"'))
            return _cursor.TakeQuoted();
        if (!_cursor.AtText)
            return null;

        string text = _cursor.TakeText();
        if (_cursor.AtAssignment)
        {
            throw new ConfigurationException(
                $"The unquoted text '{text}' is followed by ':' or '='. Put an address between double quotes, and an "
                    + "object between curly brackets."
            );
        }

        return text;
    }

    private HoconArray ParseArray(string path)
    {
        var array = new HoconArray();
        while (!_cursor.AtEnd && !_cursor.At(']'))
        {
            int start = _cursor.Position;
            var element = new HoconValue();
            ParseValue(element, path);
            array.Add(element);
            _cursor.SkipWhitespaceAndComments();
            // Where the real parser would add empty elements until memory ends.
            if (_cursor.Position == start)
                throw UnknownSign();
        }

        _cursor.TryTake(']');
        return array;
    }

    /// <summary>${path}; the optional form ${?path} is not known, and what stands at the closing brace's place is
    /// consumed unseen.</summary>
    private HoconSubstitution ParseSubstitution()
    {
        _cursor.Skip(2);
        var substitution = new HoconSubstitution(_cursor.TakeText());
        _cursor.Skip(1);
        _substitutions.Add(substitution);
        return substitution;
    }

    private void Include(string name, HoconObject target, string path)
    {
        HoconRoot included = _include(name);
        // Its substitutions are meant within it, so they move to where it is included.
        foreach (HoconSubstitution substitution in included.Substitutions)
        {
            substitution.Path = $"{path}.{substitution.Path}";
            _substitutions.Add(substitution);
        }

        target.Merge(included.Value.GetObject());
    }

    private Sign Next(out string text)
    {
        text = null;
        _cursor.SkipWhitespaceAndComments();
        if (_cursor.TryTake('.'))
            return Sign.Dot;
        if (_cursor.TryTake('{'))
            return Sign.ObjectStart;
        if (_cursor.TryTake('}'))
            return Sign.ObjectEnd;
        if (_cursor.AtAssignment)
        {
            _cursor.Skip(1);
            return Sign.Assignment;
        }

        text = _cursor.TryTakeInclude();
        if (text is not null)
            return Sign.Include;
        if (_cursor.At('"'))
        {
            text = _cursor.TakeQuoted();
            return Sign.Key;
        }

        if (_cursor.AtKeyStart)
        {
            text = _cursor.TakeKey();
            return Sign.Key;
        }

        if (_cursor.TryTake('[') || _cursor.TryTake(']'))
            return Sign.Bracket;
        return _cursor.AtEnd ? Sign.End : throw UnknownSign();
    }

    private FormatException UnknownSign() => new($"Unknown token at position {_cursor.Position}");
}
