using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Finds the end of a ClientHello (RFC 8446 section 4), in whatever records and pieces it arrives, so that a server begins its work, and
/// holds the memory for it, only for a peer that has sent all of it. Pure. Mutable: keep it in a field.
/// </summary>
/// <param name="limit">The largest number of bytes that the ClientHello may take, record headers included.</param>
[StructLayout(LayoutKind.Auto)]
internal struct ClientHelloReader(int limit)
{
    private const int MessageHeader = 4;
    private const byte ClientHello = 1;

    private TlsRecordReader _record;
    private int _recordHeaderLeft = TlsRecordReader.HeaderSize;
    private int _headerTaken;
    private int _left;
    private long _taken;

    /// <summary>
    /// True once the TLS engine can go on: the ClientHello is complete, or the bytes are none, and the engine names what is wrong with them.
    /// </summary>
    internal bool IsReady { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    /// <returns>The failure if the peer has sent or announced too many bytes; otherwise null.</returns>
    internal TlsHandshakeException? Take(ReadOnlySpan<byte> bytes)
    {
        while (!IsReady && !bytes.IsEmpty)
        {
            int taken = _record.Take(bytes, out TlsRecordFault fault);
            if (fault != TlsRecordFault.None || _record.ContentType != TlsRecordReader.Handshake)
            {
                IsReady = true;
                return null;
            }

            _taken += taken;
            int header = Math.Min(_recordHeaderLeft, taken);
            _recordHeaderLeft -= header;
            TakeMessage(bytes[header..taken]);

            // What is announced counts too. A message of more than one record needs a header for each; one is counted.
            long total = Math.Max(_taken + _record.Remaining, _left > 0 ? _taken + _left : 0);
            if (total > limit)
            {
                return TlsHandshakeException.TooLarge(total, limit);
            }

            bytes = bytes[taken..];
            if (_record.IsComplete)
            {
                _recordHeaderLeft = TlsRecordReader.HeaderSize;
            }
        }

        return null;
    }

    private void TakeMessage(ReadOnlySpan<byte> payload)
    {
        for (; _headerTaken < MessageHeader && !payload.IsEmpty; payload = payload[1..])
        {
            if (_headerTaken++ == 0)
            {
                if (payload[0] != ClientHello)
                {
                    IsReady = true;
                    return;
                }
            }
            else
            {
                _left = (_left << 8) | payload[0];
            }
        }

        _left -= _headerTaken == MessageHeader ? payload.Length : 0;
        IsReady = _headerTaken == MessageHeader && _left <= 0;
    }
}
