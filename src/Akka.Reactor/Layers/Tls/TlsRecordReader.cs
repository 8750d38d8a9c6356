using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Finds the record boundaries in a TLS byte stream (RFC 8446 section 5.1), in whatever pieces the stream arrives. Each header
/// byte is checked as it arrives, so that bytes which cannot be TLS are never passed on.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TlsRecordReader
{
    public const int HeaderSize = 5;
    public const byte ChangeCipherSpec = 20;
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;

    // RFC 5246 section 6.2.3 allows 2,048 bytes of expansion; TLS 1.3 allows only 256.
    private const int MaxPayload = 16 * 1024 + 2048;

    private int _header;
    private int _length;
    private int _remaining;
    private byte _last;

    /// <summary>The current record's content type; valid after the record's first byte was taken.</summary>
    public byte ContentType { get; private set; }

    /// <summary>The number of payload bytes in the current record; valid if <see cref="HasHeader"/> is true.</summary>
    public readonly int PayloadLength => _length;

    /// <summary>The number of bytes of the current record that are still to come; 0 until the header is complete.</summary>
    public readonly int Remaining => HasHeader ? _remaining : 0;

    /// <summary>Whether the current record's header has been read.</summary>
    public readonly bool HasHeader => _header == HeaderSize;

    /// <summary>Whether the current record has been read to its end.</summary>
    public readonly bool IsComplete => _header == HeaderSize && _remaining == 0;

    /// <summary>The description of a complete, unencrypted alert, or null. Encrypted alerts are longer.</summary>
    public readonly TlsAlert? PlainAlert => IsComplete && ContentType == Alert && _length == 2 ? (TlsAlert)_last : null;

    /// <summary>
    /// Takes the bytes at the front that belong to the current record, at most to the record's end. Starts a new record if the
    /// last one is complete.
    /// </summary>
    /// <param name="bytes">Bytes of the stream, not empty.</param>
    /// <param name="fault">The error in the header. If there is one, no byte may be passed on.</param>
    /// <returns>The number of bytes that belong to the record.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out TlsRecordFault fault)
    {
        if (IsComplete)
        {
            _header = 0;
            _length = 0;
        }

        int taken = 0;
        while (_header < HeaderSize && taken < bytes.Length)
        {
            fault = TakeHeaderByte(bytes[taken++]);
            if (fault != TlsRecordFault.None)
            {
                return taken;
            }
        }

        fault = TlsRecordFault.None;
        if (HasHeader)
        {
            int payload = Math.Min(_remaining, bytes.Length - taken);
            taken += payload;
            _remaining -= payload;
            _last = bytes[taken - 1];
        }

        return taken;
    }

    private TlsRecordFault TakeHeaderByte(byte value)
    {
        switch (_header++)
        {
            case 0:
                ContentType = value;
                return value is >= ChangeCipherSpec and <= ApplicationData
                    ? TlsRecordFault.None
                    : TlsRecordFault.ContentType;
            case 1:
                return value == 3 ? TlsRecordFault.None : TlsRecordFault.Version;
            case 2:
                return TlsRecordFault.None;
            case 3:
                _length = value << 8;
                return TlsRecordFault.None;
            default:
                _length |= value;
                _remaining = _length;
                return _length == 0 ? TlsRecordFault.Empty
                    : _length <= MaxPayload ? TlsRecordFault.None
                    : TlsRecordFault.Length;
        }
    }
}
