using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Akka.Event;

/// <summary>Puts the values into a template.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}

/// <summary>Templates as <see cref="string.Format(string, object[])"/> has them.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter() { }

    public string Format(string format, params object[] args) =>
        string.Format(CultureInfo.CurrentCulture, format, args);

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}

/// <summary>A template with its values; made into text only by a logger that prints it.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    public string Format { get; }

    public abstract string Unformatted();

    public abstract IEnumerable<object> Parameters();
}

internal sealed class DefaultLogMessage : LogMessage
{
    private readonly object[] _args;

    public DefaultLogMessage(ILogMessageFormatter formatter, string format, object[] args)
        : base(formatter, format)
    {
        _args = args;
    }

    public override string ToString() => Formatter.Format(Format, _args);

    public override string Unformatted() => string.Join(',', _args);

    public override IEnumerable<object> Parameters() => _args;
}
