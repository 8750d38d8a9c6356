using System;
using System.Buffers;
using System.Linq;
using System.Text;
using Akka.Reactor.Protocols;
using BenchmarkDotNet.Attributes;

namespace Akka.Reactor.Benchmarks.Micro;

/// <summary>Measures the speed of the decoders with input in one piece.</summary>
public class Decoders
{
    private const int Lines = 1000;

    private static readonly ReadOnlySequence<byte> s_commands = new(
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("RCPT TO:<somebody@example.com>\r\n", Lines)))
    );

    private static readonly ReadOnlySequence<byte> s_message = new(
        Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("..A line of a mail, of a length that is usual there.\r\n", Lines))
                + ".\r\n"
        )
    );

    private readonly SmtpLineReader _lines = new();
    private readonly SmtpDataDecoder _data = new(
        long.MaxValue,
        maxLineLength: 1000,
        strict: false,
        new SmtpRoom(long.MaxValue)
    );
    private readonly byte[] _scratch = new byte[SmtpLineReader.MaxCommand];

    /// <summary>Reads a thousand command lines of SMTP.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public int SmtpLines()
    {
        ReadOnlySequence<byte> rest = s_commands;
        int lines = 0;
        while (
            _lines.Read(rest, _scratch, SmtpLineReader.MaxCommand, out ReadOnlySpan<byte> line, out long consumed)
            == SmtpLineVerdict.Line
        )
        {
            rest = rest.Slice(consumed);
            lines += line.Length;
        }

        return lines;
    }

    /// <summary>Decodes an SMTP message of a thousand lines. Each line begins with a dot that must be removed.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public bool SmtpData()
    {
        bool ended = _data.Read(s_message, out _);
        _data.Reset();
        return ended;
    }
}
