using System;
using System.Collections.Generic;
using Akka.Reactor.Transports;
using Xunit;
using static Akka.Reactor.Transports.CloseActions;

namespace Akka.Reactor.Tests.Transports;

public sealed class CloseMachineSpec
{
    // Every state, by the inputs that lead there, with what it answers to each input, in the order of Inputs.
    private static readonly Row[] Table =
    [
        new("open", [], [SendFin | Linger, None, SendFin, None, None, TellPeerFinished], "writes reads"),
        new("peer finished", [In.PeerFin], [SendFin | End, None, SendFin | End, None, None, None], "writes"),
        new("fin owed", [In.CloseWriteLater], [SendFin | Linger, None, None, None, SendFin, TellPeerFinished], "reads"),
        new(
            "fin owed, peer finished",
            [In.CloseWriteLater, In.PeerFin],
            [SendFin | End, None, None, None, SendFin | End, None],
            ""
        ),
        new("fin sent", [In.CloseWrite], [Linger, Linger, None, None, None, TellPeerFinished | End], "reads"),
        new("both finished", [In.CloseWrite, In.PeerFin], [End, End, None, None, None, None], ""),
        new("closing", [In.CloseLater], [None, None, None, None, SendFin | Linger, None], "reads discards"),
        new(
            "closing, peer finished",
            [In.CloseLater, In.PeerFin],
            [None, None, None, None, SendFin | End, None],
            "discards"
        ),
        new("lingering", [In.Close], [None, None, None, None, None, End], "reads discards"),
        new("closed in order", [In.Close, In.PeerFin], [None, None, None, None, None, None], "discards"),
        new("ended", [In.End], [None, None, None, None, None, None], "ended"),
        new("ended while lingering", [In.Close, In.End], [None, None, None, None, None, None], "discards ended"),
    ];

    private static readonly In[] Inputs =
    [
        In.Close,
        In.CloseLater,
        In.CloseWrite,
        In.CloseWriteLater,
        In.Drained,
        In.PeerFin,
    ];

    /// <summary>What can happen; "later" is with bytes still waiting to be sent.</summary>
    private enum In
    {
        Close,
        CloseLater,
        CloseWrite,
        CloseWriteLater,
        Drained,
        PeerFin,
        End,
    }

    public static TheoryData<string> States
    {
        get
        {
            TheoryData<string> states = [];
            Array.ForEach(Table, row => states.Add(row.State));
            return states;
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_input_in_every_state_has_its_answer(string state)
    {
        Row row = Find(state);
        for (int i = 0; i < Inputs.Length; i++)
        {
            CloseMachine machine = Reach(row);
            Assert.Equal((Inputs[i], row.Answers[i]), (Inputs[i], Feed(ref machine, Inputs[i])));
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_says_what_is_still_possible(string state)
    {
        Row row = Find(state);
        CloseMachine machine = Reach(row);
        List<string> flags = [];
        void Add(bool holds, string flag)
        {
            if (holds)
            {
                flags.Add(flag);
            }
        }

        Add(machine.AcceptsWrites, "writes");
        Add(machine.Reads, "reads");
        Add(machine.CloseRequested, "discards");
        Add(machine.Ended, "ended");
        Assert.Equal(row.Flags, string.Join(' ', flags));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void It_ends_once(string state)
    {
        CloseMachine machine = Reach(Find(state));
        Assert.Equal(!machine.Ended, machine.End());
        Assert.False(machine.End());
        Assert.True(machine.Ended);
    }

    [Fact]
    public void Whatever_happens_one_fin_is_sent_the_peers_end_is_told_once_and_both_ends_end_it()
    {
        Visit(default, [], depth: 6);
    }

    private static void Visit(CloseMachine machine, List<In> path, int depth)
    {
        if (depth == 0)
        {
            return;
        }

        foreach (In input in Inputs)
        {
            CloseMachine next = machine;
            Feed(ref next, input);
            path.Add(input);
            CheckPath(path);
            Visit(next, path, depth - 1);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void CheckPath(List<In> path)
    {
        CloseMachine machine = default;
        int fins = 0;
        int told = 0;
        bool peerFinished = false;
        foreach (In input in path)
        {
            CloseActions actions = Feed(ref machine, input);
            peerFinished |= input == In.PeerFin;
            fins += (actions & SendFin) != 0 ? 1 : 0;
            told += (actions & TellPeerFinished) != 0 ? 1 : 0;
            Assert.True(fins <= 1 && told <= 1);
            Assert.True((actions & CloseActions.End) == 0 || (peerFinished && fins == 1));
            Assert.True((actions & Linger) == 0 || (machine.CloseRequested && !peerFinished && fins == 1));
            Assert.True(fins == 0 || !machine.AcceptsWrites);
        }
    }

    private static CloseMachine Reach(Row row)
    {
        CloseMachine machine = default;
        foreach (In input in row.Path)
        {
            Feed(ref machine, input);
        }

        return machine;
    }

    private static CloseActions Feed(ref CloseMachine machine, In input)
    {
        switch (input)
        {
            case In.Close:
                return machine.Close(drained: true);
            case In.CloseLater:
                return machine.Close(drained: false);
            case In.CloseWrite:
                return machine.CloseWrite(drained: true);
            case In.CloseWriteLater:
                return machine.CloseWrite(drained: false);
            case In.Drained:
                return machine.Drained();
            case In.PeerFin:
                return machine.PeerFin();
            default:
                machine.End();
                return None;
        }
    }

    private static Row Find(string state) =>
        Array.Find(Table, row => string.Equals(row.State, state, StringComparison.Ordinal))!;

    private sealed record Row(string State, In[] Path, CloseActions[] Answers, string Flags);
}
