using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;
using Akka.Reactor.Tests.Buffers;
using Akka.Reactor.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>
/// What holds of every framing, for frames and for bytes that are none, of which FsCheck makes many: what was encoded is decoded, and any
/// bytes whatever give what a simple model gives.
/// </summary>
public sealed class FramingPropertySpec
{
    private const int Most = 40;

    [Fact]
    public void What_was_encoded_is_decoded_however_it_is_cut() =>
        Check(seed =>
        {
            Random random = new(seed);
            Shape shape = Shape.Any(random);
            List<byte[]> frames = [];
            List<byte> stream = [];
            for (int left = random.Next(6); left > 0; left--)
            {
                byte[] frame = shape.AnyFrame(random);
                ReadOnlySequence<byte> encoded = shape.Framing.Encode(Sequences.Cut(frame, random));
                stream.AddRange(encoded.ToArray());
                frames.Add(shape.AsReceived(frame, encoded));
            }

            Outcome outcome = Decode(shape.Framing, [.. stream], random);
            return outcome == new Outcome(Shown(frames), 0, null);
        });

    [Fact]
    public void Any_bytes_give_what_the_model_gives_however_they_are_cut() =>
        Check(seed =>
        {
            Random random = new(seed);
            Shape shape = Shape.Any(random);
            byte[] noise = shape.AnyNoise(random);
            Outcome model = shape.Model(noise);
            return Decode(shape.Framing, noise, random) == model && DecodeWhole(shape.Framing, noise) == model;
        });

    [Fact]
    public void The_model_sees_frames_and_every_kind_of_failure()
    {
        // Against properties that hold because nothing ever gets far.
        Outcome[] outcomes =
        [
            .. Enumerable
                .Range(0, 3000)
                .Select(seed =>
                {
                    Random random = new(seed);
                    Shape shape = Shape.Any(random);
                    return shape.Model(shape.AnyNoise(random));
                }),
        ];
        Assert.Contains(outcomes, outcome => outcome.Frames.Length > 0 && outcome.Failure is null);
        Assert.Contains(outcomes, outcome => outcome is { Left: > 0, Failure: null });
        Assert.Contains(outcomes, outcome => outcome.Failure == typeof(FrameTooLongException));
        Assert.Contains(outcomes, outcome => outcome.Failure == typeof(MalformedFrameException));
    }

    private static void Check(Func<int, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Scale(3_000, 300_000)));

    private static string Shown(IEnumerable<byte[]> frames) =>
        string.Concat(frames.Select(frame => $"[{Convert.ToHexString(frame)}]"));

    private static Outcome DecodeWhole(Framing framing, byte[] bytes) => Decode(framing, bytes, [bytes.Length]);

    private static Outcome Decode(Framing framing, byte[] bytes, Random random)
    {
        List<int> ends = [];
        for (int end = 0; end < bytes.Length; )
        {
            ends.Add(end = random.Next(end + 1, bytes.Length + 1));
        }

        return Decode(framing, bytes, ends);
    }

    // The bytes up to each end arrive together.
    private static Outcome Decode(Framing framing, byte[] bytes, IReadOnlyList<int> ends)
    {
        List<byte[]> frames = [];
        int begin = 0;
        int before = 0;
        List<byte[]> waiting = [];
        foreach (int end in ends)
        {
            waiting.Add(bytes[before..end]);
            before = end;
            ReadOnlySequence<byte> data = Sequences.Of(waiting);
            while (!data.IsEmpty)
            {
                bool taken = framing.TryTake(data, Most, 1000, out var frame, out long used, out var violation);
                if (violation is not null)
                {
                    return new Outcome(Shown(frames), 0, violation.GetType());
                }

                if (!taken)
                {
                    break;
                }

                frames.Add(frame.ToArray());
                begin += (int)used;
                data = data.Slice(used);
            }

            waiting = data.IsEmpty ? [] : [data.ToArray()];
        }

        return new Outcome(Shown(frames), bytes.Length - begin, null);
    }

    /// <summary>The frames, the bytes that wait, and the failure.</summary>
    private sealed record Outcome(string Frames, long Left, Type? Failure);

    /// <summary>A framing with what a model needs to know of it: at an offset, where does the next frame begin and end?</summary>
    private sealed record Shape(Framing Framing, Func<byte[], Found> Next)
    {
        private int _count;
        private byte[] _terminator = [];
        private bool _keeps;

        internal static Shape Any(Random random) =>
            random.Next(5) switch
            {
                0 => LengthField(random),
                1 => new Shape(Framing.Varint, Varint),
                2 => new Shape(Framing.Netstring, Netstring),
                3 => Terminator(random),
                _ => Count(random.Next(1, Most + 1)),
            };

        internal byte[] AnyFrame(Random random)
        {
            // No byte of a terminator.
            byte[] frame = Sequences.Bytes(random, _count > 0 ? _count : random.Next(20, Most + 1));
            return [.. frame.Select(b => (byte)(b | 0x80))];
        }

        internal byte[] AsReceived(byte[] frame, ReadOnlySequence<byte> encoded) => _keeps ? encoded.ToArray() : frame;

        // Bytes that mean something to one of the framings.
        internal byte[] AnyNoise(Random random) =>
            [
                .. Enumerable
                    .Range(0, random.Next(60))
                    .Select(_ =>
                        (byte)(
                            random.Next(6) switch
                            {
                                0 => 0,
                                1 => random.Next(1, 8),
                                2 => "0123,:"[random.Next(6)],
                                3 => _terminator.Length > 0 ? _terminator[random.Next(_terminator.Length)] : 0x80,
                                4 => "12:"[random.Next(3)],
                                _ => random.Next(256),
                            }
                        )
                    ),
            ];

        internal Outcome Model(byte[] bytes)
        {
            List<byte[]> frames = [];
            while (bytes.Length > 0)
            {
                Found found = Next(bytes);
                if (found.Failure is not null)
                {
                    return new Outcome(Shown(frames), 0, found.Failure);
                }

                if (found.End > bytes.Length || found.End < 0)
                {
                    break;
                }

                frames.Add(found.Frame(bytes));
                bytes = bytes[found.End..];
            }

            return new Outcome(Shown(frames), bytes.Length, null);
        }

        private static Shape LengthField(Random random)
        {
            int size = random.Next(1, 9);
            int offset = random.Next(3);
            bool little = random.Next(2) == 0;
            bool includes = random.Next(2) == 0;
            bool keeps = offset > 0 || random.Next(2) == 0;
            int adjustment = random.Next(-3, 4);
            int header = offset + size;
            return new Shape(
                Framing.LengthField(size, offset, little, adjustment, includes, keeps),
                bytes =>
                {
                    if (bytes.Length < header)
                    {
                        return Found.Nothing;
                    }

                    BigInteger value = new(bytes.AsSpan(offset, size), isUnsigned: true, isBigEndian: !little);
                    BigInteger length = value + adjustment - (includes ? header : 0);
                    return length < 0 ? Found.Malformed
                        : length > Most ? Found.TooLong
                        : new Found(keeps ? 0 : header, header + (int)length, header + (int)length);
                }
            )
            {
                _keeps = keeps,
            };
        }

        private static Found Varint(byte[] bytes)
        {
            BigInteger value = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                value += new BigInteger(bytes[i] & 0x7F) << (7 * i);
                if (i == 9 && bytes[i] > 1)
                {
                    return Found.Malformed;
                }

                if (value > Most)
                {
                    return Found.TooLong;
                }

                if (bytes[i] < 0x80)
                {
                    return new Found(i + 1, i + 1 + (int)value, i + 1 + (int)value);
                }
            }

            return Found.Nothing;
        }

        private static Found Netstring(byte[] bytes)
        {
            int colon = Array.IndexOf(bytes, (byte)':');
            string digits = Encoding.Latin1.GetString(bytes, 0, colon < 0 ? bytes.Length : colon);
            for (int i = 1; i <= digits.Length; i++)
            {
                if (!char.IsAsciiDigit(digits[i - 1]) || (i == 2 && digits[0] == '0'))
                {
                    return Found.Malformed;
                }

                if (BigInteger.Parse(digits[..i], System.Globalization.CultureInfo.InvariantCulture) > Most)
                {
                    return Found.TooLong;
                }
            }

            if (colon <= 0)
            {
                return colon < 0 ? Found.Nothing : Found.Malformed;
            }

            int end = colon + 1 + int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
            return end < bytes.Length && bytes[end] != ',' ? Found.Malformed : new Found(colon + 1, end, end + 1);
        }

        private static Shape Terminator(Random random)
        {
            byte[] terminator = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (byte)random.Next(2))];
            return new Shape(
                Framing.Terminator(terminator),
                bytes =>
                {
                    string text = Encoding.Latin1.GetString(bytes);
                    int at = text.IndexOf(Encoding.Latin1.GetString(terminator), StringComparison.Ordinal);
                    return at > Most || (at < 0 && bytes.Length - terminator.Length + 1 > Most) ? Found.TooLong
                        : at < 0 ? Found.Nothing
                        : new Found(0, at, at + terminator.Length);
                }
            )
            {
                _terminator = terminator,
            };
        }

        private static Shape Count(int count) =>
            new(Framing.Count(count), _ => count > Most ? Found.TooLong : new Found(0, count, count))
            {
                _count = count,
            };
    }

    /// <summary>Where a frame begins and ends, and where the next one begins.</summary>
    private sealed record Found(int Begin, int Stop, int End)
    {
        internal static readonly Found Nothing = new(0, 0, -1);
        internal static readonly Found TooLong = new(0, 0, -1) { Failure = typeof(FrameTooLongException) };
        internal static readonly Found Malformed = new(0, 0, -1) { Failure = typeof(MalformedFrameException) };

        internal Type? Failure { get; private init; }

        internal byte[] Frame(byte[] bytes) => bytes[Begin..Stop];
    }
}
