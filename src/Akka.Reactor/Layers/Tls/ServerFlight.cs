using System;
using System.Buffers.Binary;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Reads the unencrypted start of a server's bytes, only to find out whether the server resumes a session, which SslStream does
/// not report. TLS 1.3 resumes with the pre_shared_key extension in ServerHello (RFC 8446 section 4.2.11); TLS 1.2 resumes by
/// omitting Certificate (RFC 5246 section 7.3). Never fails: bytes that it cannot read count as not resumed.
/// </summary>
internal sealed class ServerFlight
{
    private const byte ServerHello = 2;
    private const byte Certificate = 11;
    private const int PreSharedKey = 41;
    private const int SupportedVersions = 43;
    private const int MaxMessage = 1024;

    // This is the SHA-256 of "HelloRetryRequest". A ServerHello with this random is not the real one yet (RFC 8446 section
    // 4.1.3).
    private static ReadOnlySpan<byte> HelloRetryRandom =>
        [
            0xCF,
            0x21,
            0xAD,
            0x74,
            0xE5,
            0x9A,
            0x61,
            0x11,
            0xBE,
            0x1D,
            0x8C,
            0x02,
            0x1E,
            0x65,
            0xB8,
            0x91,
            0xC2,
            0xA2,
            0x11,
            0x16,
            0x7A,
            0xBB,
            0x8C,
            0x5E,
            0x07,
            0x9E,
            0x09,
            0xE2,
            0xC8,
            0xA8,
            0x33,
            0x9C,
        ];

    private TlsRecordReader _records;
    private byte[] _message = new byte[256];
    private int _count;
    private int _headerBytesLeft = TlsRecordReader.HeaderSize;
    private bool _tls12Hello;
    private bool _done;

    /// <summary>Whether the server resumes a session; final once the handshake is complete.</summary>
    public bool Resumed { get; private set; }

    /// <summary>Takes the next bytes of the server's stream.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        while (!_done && !bytes.IsEmpty)
        {
            int taken = _records.Take(bytes, out TlsRecordFault fault);
            if (fault != TlsRecordFault.None)
            {
                _done = true;
                return;
            }

            int header = Math.Min(_headerBytesLeft, taken);
            _headerBytesLeft -= header;
            OnPayload(bytes[header..taken]);
            bytes = bytes[taken..];
            if (_records.IsComplete)
            {
                _headerBytesLeft = TlsRecordReader.HeaderSize;
            }
        }
    }

    private void OnPayload(ReadOnlySpan<byte> payload)
    {
        switch (_records.ContentType)
        {
            case TlsRecordReader.Handshake:
                foreach (byte value in payload)
                {
                    OnHandshakeByte(value);
                }

                break;
            case TlsRecordReader.ChangeCipherSpec when _tls12Hello:
                // The server has authenticated itself without a certificate: by the master secret of an earlier session.
                Decide(resumed: true);
                break;
        }
    }

    private void OnHandshakeByte(byte value)
    {
        if (_done)
        {
            return;
        }

        if (_count == _message.Length)
        {
            Array.Resize(ref _message, _message.Length * 2);
        }

        _message[_count++] = value;
        if (_message[0] == Certificate || _count > MaxMessage)
        {
            Decide(resumed: false);
        }
        else if (_count >= 4 && _count == 4 + BinaryPrimitives.ReadUInt16BigEndian(_message.AsSpan(2)))
        {
            if (_message[0] == ServerHello)
            {
                OnServerHello(_message.AsSpan(4, _count - 4));
            }

            _count = 0;
        }
    }

    private void OnServerHello(ReadOnlySpan<byte> hello)
    {
        // The fields have these sizes: version 2, random 32, session id 1 + n, cipher suite 2, compression 1, extensions 2 + n.
        if (hello.Length < 38 || hello.Slice(2, 32).SequenceEqual(HelloRetryRandom))
        {
            return;
        }

        int offset = 35 + hello[34] + 3 + 2;
        bool tls13 = false;
        bool preSharedKey = false;
        while (offset + 4 <= hello.Length)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(hello[offset..]);
            tls13 |= type == SupportedVersions;
            preSharedKey |= type == PreSharedKey;
            offset += 4 + BinaryPrimitives.ReadUInt16BigEndian(hello[(offset + 2)..]);
        }

        _tls12Hello = !tls13;
        if (tls13)
        {
            Decide(preSharedKey);
        }
    }

    private void Decide(bool resumed)
    {
        Resumed = resumed;
        _done = true;
        _message = [];
        _count = 0;
    }
}
