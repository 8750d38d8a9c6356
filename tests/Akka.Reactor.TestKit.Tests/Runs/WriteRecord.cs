using System.Collections.Generic;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>What a write can be answered with.</summary>
internal enum Answer
{
    Acknowledged,

    /// <summary><see cref="WriteFailed"/>: the queue was full.</summary>
    Refused,

    /// <summary><see cref="WriteFailed"/>: no queue could hold it.</summary>
    TooLarge,

    /// <summary><see cref="WriteFailed"/>: the transport was closed or closed meanwhile.</summary>
    Closed,
}

/// <summary>When an answer may be missing, because nobody was there to give it or to take it.</summary>
internal enum Loss
{
    Never,

    /// <summary>The connection was cut short; the owner hears of that, stops, and misses what comes behind.</summary>
    WhenCut,

    /// <summary>Whoever is to answer, or to be answered, may be gone already.</summary>
    Allowed,
}

/// <summary>
/// One write as it was told, and what it was answered with. Its first byte says whose it is and the how manieth, and the
/// others depend on that, so that the peer's stream can be taken apart again.
/// </summary>
internal sealed class WriteRecord
{
    internal const int Writers = 8;
    private const int Numbers = 32;

    internal required int Writer { get; init; }

    /// <summary>Counted over the writer's bytes that are not empty; one that was refused is told again under its number.</summary>
    internal required int Number { get; init; }

    internal required byte[] Data { get; init; }

    internal required bool WantsAck { get; init; }

    /// <summary>False: it was told without a sender, and its owner is answered.</summary>
    internal required bool HasSender { get; init; }

    /// <summary>Its teller had asked for the end before.</summary>
    internal required bool AfterEnd { get; init; }

    /// <summary>How often its teller had handled <see cref="Writable"/> before.</summary>
    internal required int Epoch { get; init; }

    internal required Loss Loss { get; init; }

    /// <summary>Its teller is sure that it is refused if one before it was and Writable was not handled since.</summary>
    internal required bool IsExact { get; init; }

    internal List<Answer> Answers { get; } = [];

    /// <summary>Nobody was told what became of it: it may have arrived or not.</summary>
    internal bool IsUnknown => Loss == Loss.Allowed && Answers.Count == 0;

    internal bool Was(Answer answer) => Answers.Contains(answer);

    /// <summary>The bytes with this number.</summary>
    internal static byte[] Bytes(int writer, int number, int size)
    {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++)
        {
            data[i] = (byte)((writer * 101) + (number * 31) + (i * 7) + (i >> 8));
        }

        if (size > 0)
        {
            data[0] = FirstByte(writer, number);
        }

        return data;
    }

    internal static byte FirstByte(int writer, int number) => (byte)((writer * Numbers) + (number % Numbers));

    internal static int WriterOf(byte first) => first / Numbers;

    public override string ToString() =>
        $"write {Number} of {Writer} ({Data.Length} bytes{(WantsAck ? ", ack" : "")}{(HasSender ? "" : ", no sender")}"
        + $"{(AfterEnd ? ", late" : "")}: {(Answers.Count == 0 ? "no answer" : string.Join(", ", Answers))})";
}
