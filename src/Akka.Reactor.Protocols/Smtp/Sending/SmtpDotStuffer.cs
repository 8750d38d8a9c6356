using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Turns the content of a message into what follows DATA (RFC 5321, 4.5.2): a dot is added to each line that begins with one, and
/// the end of data is added. Every line ends in CRLF: a bare CR or LF becomes CRLF, so that no other system can take a part of the
/// content for the end of data. Pure; the segmentation of the content does not matter.
/// </summary>
internal sealed class SmtpDotStuffer
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private bool _inLine;
    private bool _endedInCr;

    /// <summary>Adds octets of the content.</summary>
    public void Write(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        while (!content.IsEmpty)
        {
            if (_endedInCr)
            {
                EndLine(output);
                if (content[0] == '\n')
                {
                    content = content[1..];
                    continue;
                }
            }

            int end = content.IndexOfAny(LineEnds);
            ReadOnlySpan<byte> text = end < 0 ? content : content[..end];
            if (!text.IsEmpty)
            {
                if (!_inLine && text[0] == '.')
                    output.Write("."u8);
                output.Write(text);
                _inLine = true;
            }

            if (end < 0)
                return;
            if (content[end] == '\r')
                _endedInCr = true;
            else
                EndLine(output);
            content = content[(end + 1)..];
        }
    }

    /// <summary>Ends the last line and the data.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        if (_inLine || _endedInCr)
            EndLine(output);
        output.Write(".\r\n"u8);
    }

    private void EndLine(IBufferWriter<byte> output)
    {
        output.Write("\r\n"u8);
        _inLine = _endedInCr = false;
    }
}
