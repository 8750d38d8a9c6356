using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace Akka.Reactor.ThirdParty.Tests;

public sealed class Store : FrameProtocol
{
    private static readonly Framing Lines = Framing.Terminator("\r\n"u8);

    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private string? _name;

    public Store()
        : base(Lines) { }

    protected override void OnFrame(ReadOnlySequence<byte> frame)
    {
        if (_name is not null)
        {
            _values[_name] = frame.ToArray();
            _name = null;
            Framing = Lines;
            WriteFrame("stored"u8);
            return;
        }

        switch (Encoding.ASCII.GetString(frame).Split(' '))
        {
            case ["set", var name, var size] when int.TryParse(size, out int count) && count > 0:
                _name = name;
                Framing = Framing.Count(count); // the next count bytes, which may have come already
                break;
            case ["get", var name] when _values.TryGetValue(name, out byte[]? value):
                WriteFrame(Encoding.ASCII.GetBytes($"value {value.Length}"));
                Write(value);
                break;
            default:
                WriteFrame("error"u8);
                break;
        }
    }
}
