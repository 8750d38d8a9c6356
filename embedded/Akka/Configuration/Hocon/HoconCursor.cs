using System;
using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>
/// A position in HOCON text, and the lexical rules of Akka.NET 1.5 at it. Its oddities are kept, because a text that
/// parses here must parse there: a comment sign, an assignment sign or a blank is not seen as such when it is the
/// very last character, and an unquoted key runs over line ends.
/// </summary>
internal sealed class HoconCursor
{
    private const string ReservedInText = "$\"{}[]:=,#`^?!@*&\\";

    private readonly string _text;
    private int _at;

    public HoconCursor(string text)
    {
        _text = text;
    }

    public int Position => _at;

    public bool AtEnd => _at >= _text.Length;

    public bool AtAssignment => AtButNotLast('=') || AtButNotLast(':');

    public bool AtBlank => AtButNotLast(' ') || AtButNotLast('\t');

    public bool AtTripleQuote => At("\"\"\"");

    public bool AtSubstitution => At("${");

    public bool AtKeyStart => AtKeyText && !char.IsWhiteSpace(_text[_at]);

    public bool AtText => !AtEnd && !char.IsWhiteSpace(_text[_at]) && !AtComment && !IsReserved(_text[_at]);

    private bool AtKeyText => !AtEnd && !AtComment && _text[_at] != '.' && !IsReserved(_text[_at]);

    private bool AtComment => AtButNotLast('#') || (At("//") && _at + 2 < _text.Length);

    public bool At(char expected) => !AtEnd && _text[_at] == expected;

    public bool TryTake(char expected)
    {
        if (!At(expected))
            return false;
        _at++;
        return true;
    }

    /// <summary>Consumes up to so many characters, whatever they are.</summary>
    public void Skip(int count) => _at = Math.Min(_at + count, _text.Length);

    public void SkipWhitespaceAndComments()
    {
        while (!AtEnd)
        {
            if (char.IsWhiteSpace(_text[_at]))
                _at++;
            else if (AtComment)
                SkipLine();
            else
                return;
        }
    }

    public string TakeBlanks() => TakeWhile(static cursor => cursor.AtBlank);

    public string TakeText() => TakeWhile(static cursor => cursor.AtText);

    public string TakeKey() => TakeWhile(static cursor => cursor.AtKeyText).Trim();

    /// <summary>Text up to the closing """, or to the end when there is none; no escapes.</summary>
    public string TakeTripleQuoted()
    {
        Skip(3);
        string content = TakeWhile(static cursor => !cursor.AtTripleQuote);
        Skip(3);
        return content;
    }

    /// <summary>Text up to the closing quote, or to the end when there is none.</summary>
    public string TakeQuoted()
    {
        Skip(1);
        var content = new StringBuilder();
        while (!AtEnd && !At('"'))
        {
            char next = TakeChar();
            content.Append(next == '\\' ? TakeEscaped() : next);
        }

        Skip(1);
        return content.ToString();
    }

    /// <summary>The name in <c>include "name"</c>, or null (and nothing consumed) when that is not what stands here.</summary>
    public string TryTakeInclude()
    {
        int start = _at;
        if (At("include"))
        {
            Skip("include".Length);
            int nameAt = _at;
            SkipWhitespaceAndComments();
            if (_at > nameAt && At('"'))
                return TakeQuoted();
        }

        _at = start;
        return null;
    }

    private static bool IsReserved(char value) => ReservedInText.Contains(value);

    private bool At(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private bool AtButNotLast(char expected) => _at + 1 < _text.Length && _text[_at] == expected;

    private char TakeChar() => AtEnd ? '\0' : _text[_at++];

    private void SkipLine()
    {
        int end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end + 1;
    }

    private string TakeWhile(Func<HoconCursor, bool> condition)
    {
        int start = _at;
        while (!AtEnd && condition(this))
            _at++;
        return _text[start.._at];
    }

    private char TakeEscaped()
    {
        char escaped = TakeChar();
        return escaped switch
        {
            '"' or '\\' or '/' => escaped,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => TakeCodeUnit(),
            _ => throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"Unknown escape code: {escaped}")
            ),
        };
    }

    private char TakeCodeUnit()
    {
        string digits = _at + 4 <= _text.Length ? _text.Substring(_at, 4) : "";
        Skip(digits.Length);
        return (char)Convert.ToInt32("0x" + digits, 16);
    }
}
