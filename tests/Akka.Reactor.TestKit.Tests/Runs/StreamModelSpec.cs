using System;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>That the model of the runs sees what goes wrong with a stream.</summary>
public sealed class StreamModelSpec
{
    private static readonly WriteRecord First = Write(2, 0, 10);
    private static readonly WriteRecord Second = Write(2, 1, 1);
    private static readonly WriteRecord Other = Write(3, 0, 5);
    private static readonly WriteRecord Refused = Write(2, 2, 7, Answer.Refused);
    private static readonly WriteRecord Cut = Write(3, 1, 8, Answer.Closed);
    private static readonly WriteRecord[] All = [First, Other, Second, Refused, Cut];

    [Fact]
    public void Writers_may_take_turns_and_a_cut_may_come_anywhere()
    {
        Assert.Null(Complaint(false, First, Second, Other));
        Assert.Null(Complaint(false, Other, First, Second));
        byte[] all = Stream(First, Other, Second, Cut);
        for (int length = 0; length <= all.Length; length++)
        {
            Assert.Null(StreamModel.Complaint(all.AsSpan(0, length), All, cut: true));
        }
    }

    [Fact]
    public void What_is_lost_comes_twice_or_in_another_order_is_seen()
    {
        Assert.NotNull(Complaint(false, First, Other));
        Assert.NotNull(Complaint(false, First, First, Second, Other));
        Assert.NotNull(Complaint(false, Second, First, Other));
        Assert.NotNull(Complaint(true, Second));
        Assert.NotNull(Complaint(true, First, Second, Second));
    }

    [Fact]
    public void What_was_refused_or_failed_is_seen_when_it_comes()
    {
        Assert.NotNull(Complaint(false, First, Second, Refused, Other));
        Assert.NotNull(Complaint(true, First, Second, Refused));
        Assert.NotNull(Complaint(false, First, Second, Other, Cut));
    }

    [Fact]
    public void A_wrong_byte_and_a_write_that_ends_early_are_seen()
    {
        byte[] wrong = Stream(First, Second, Other);
        wrong[4]++;
        Assert.NotNull(StreamModel.Complaint(wrong, All, cut: true));
        Assert.NotNull(StreamModel.Complaint(Stream(First, Second, Other).AsSpan(0, 14), All, cut: false));
    }

    [Fact]
    public void A_hole_is_seen_and_so_is_what_was_accepted_before_Writable()
    {
        WriteRecord again = Write(2, 2, 7, Answer.Acknowledged);
        WriteRecord third = Write(2, 3, 3, Answer.Acknowledged);
        Assert.Null(StreamModel.HoleIn([First, Second, Refused, again, third], cut: false));
        Assert.NotNull(StreamModel.HoleIn([First, Second, Refused, third, again], cut: false));
        Assert.NotNull(StreamModel.HoleIn([First, Second, again, again], cut: false));
        Assert.NotNull(StreamModel.TooEarly([Refused, third], cut: false));
        Assert.Null(StreamModel.TooEarly([Refused, Write(2, 3, 3, Answer.Acknowledged, epoch: 1)], cut: false));
    }

    private static string? Complaint(bool cut, params WriteRecord[] arrived) =>
        StreamModel.Complaint(Stream(arrived), All, cut);

    private static byte[] Stream(params WriteRecord[] writes) => [.. writes.SelectMany(write => write.Data)];

    private static WriteRecord Write(int writer, int number, int size, Answer? answer = null, int epoch = 0)
    {
        WriteRecord write = new()
        {
            Writer = writer,
            Number = number,
            Data = WriteRecord.Bytes(writer, number, size),
            WantsAck = answer == Answer.Acknowledged,
            HasSender = true,
            AfterEnd = false,
            Epoch = epoch,
            IsExact = true,
            Loss = Loss.Never,
        };
        if (answer is { } given)
        {
            write.Answers.Add(given);
        }

        return write;
    }
}
