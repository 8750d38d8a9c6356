using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Clients;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Clients;

/// <summary>What a client does after a command or after the end of its connector, without a client.</summary>
public sealed class ClientMachineSpec
{
    private static readonly RetryPolicy Doubling = new()
    {
        MinBackoff = TimeSpan.FromSeconds(1),
        MaxBackoff = TimeSpan.FromSeconds(8),
        Jitter = 0,
    };

    private static readonly TransportClosedException Aborted = new(CloseReason.Aborted);
    private static readonly TransportClosedException Requested = new(CloseReason.Requested);
    private static readonly PeerViolationException Violation = new("on request");

    [Fact]
    public void Attempts_that_fail_are_counted_and_go_through_the_end_points()
    {
        ClientMachine machine = Machine();
        Assert.Equal(new Connecting(1, "tcp://a:1"), machine.Begin(0));
        ClientMachine.Step step = Fail(machine, Violation, 100);
        Assert.Equal((ClientMachine.Action.Wait, TimeSpan.FromSeconds(1)), (step.Action, step.Delay));
        Assert.Equal(new Disconnected(Violation, TimeSpan.FromSeconds(1)), step.ToProtocol);
        Assert.Equal("next attempt in 1 s", step.Log);
        Assert.Equal(1, machine.LastFailure!.Attempt);
        Assert.True(machine.IsWaiting);
        Assert.Equal(new Connecting(2, "tcp://b:1"), machine.Begin(1_100));
        Assert.False(machine.IsWaiting);
        Fail(machine, Violation, 1_200);
        Assert.Equal(new Connecting(3, "tcp://a:1"), machine.Begin(2_200));
    }

    [Theory]
    [InlineData(EndPointOrder.Failover, "tcp://a:1")]
    [InlineData(EndPointOrder.RoundRobin, "tcp://c:1")]
    public void After_a_loss_the_order_says_where_the_client_goes(EndPointOrder order, string next)
    {
        ClientMachine machine = Machine(options =>
            options with
            {
                EndPointOrder = order,
                EndPoints = ["tcp://a:1", "tcp://b:1", "tcp://c:1"],
            }
        );
        machine.Begin(0);
        Fail(machine, Violation, 0);
        machine.Begin(1_000);
        machine.Reached(1_000);
        Fail(machine, Violation, 2_000);
        Assert.Null(machine.LastFailure!.Attempt);
        Assert.Equal(new Connecting(3, next), machine.Begin(3_000));
        Fail(machine, Violation, 3_000);
        Assert.Equal(3, machine.LastFailure!.Attempt);
    }

    [Theory]
    [InlineData(29_999, 2)]
    [InlineData(30_000, 1)]
    public void A_connection_that_has_lasted_lets_attempts_be_counted_from_one_again(int lasts, int attempt)
    {
        ClientMachine machine = Connected();
        Fail(machine, Violation, lasts);
        Assert.Equal(attempt, machine.Begin(lasts + 1_000).Attempt);
    }

    [Fact]
    public void A_refusal_after_the_handshake_does_not_last_however_late_it_comes()
    {
        ClientMachine machine = Connected();
        Fail(machine, new TlsAlertException(sent: false, TlsAlert.CertificateRequired) { BeforeData = true }, 100_000);
        Assert.Equal(2, machine.Begin(101_000).Attempt);
    }

    [Fact]
    public void The_policy_decides_that_the_client_gives_up_once_and_for_all()
    {
        ClientMachine machine = Machine(directive: RetryDirective.Stop);
        machine.Begin(0);
        ClientMachine.Step step = Fail(machine, Violation, 0);
        Assert.Equal((ClientMachine.Action.StopProtocol, "gave up"), (step.Action, step.Log));
        Assert.Equal(new GaveUp(Violation), step.ToProtocol);
        Assert.Equal(default, machine.Reconnect(0));
        Assert.Equal(default, machine.Disconnect(0));
        Assert.False(machine.IsWaiting);
        Assert.Equal(ClientMachine.Action.Stay, machine.ProtocolGone().Action);
        ClientStatus status = machine.Status("name", 0);
        Assert.Equal((ClientState.GaveUp, 1, Violation), (status.State, status.Attempt, status.LastFailure));
        Assert.Equal(ClientMachine.Action.Stop, machine.Close(0).Action);
    }

    [Fact]
    public void A_client_that_gave_up_and_is_closed_before_its_protocol_has_stopped_stops_after_it()
    {
        ClientMachine machine = Machine(directive: RetryDirective.Stop);
        machine.Begin(0);
        Fail(machine, Violation, 0);
        Assert.Equal(default, machine.Close(0));
        Assert.Equal(ClientMachine.Action.Stop, machine.ProtocolGone().Action);
    }

    [Fact]
    public void A_client_of_another_parent_does_not_stay()
    {
        ClientMachine machine = Machine(directive: RetryDirective.Stop, stays: false);
        machine.Begin(0);
        Fail(machine, Violation, 0);
        Assert.Equal(ClientMachine.Action.Stop, machine.ProtocolGone().Action);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_escalates_is_what_the_connector_failed_with_and_whoever_continues_gives_up(bool crash)
    {
        ClientMachine machine = Machine(directive: RetryDirective.Escalate);
        machine.Begin(0);
        Exception cause = crash ? new InvalidOperationException("on request") : Violation;
        Assert.Same(cause, machine.Ended(cause, 0));
        Assert.Equal(crash, machine.LastFailure!.Reason is LayerCrashedException);
        ClientMachine.Step step = machine.ConnectorGone(0);
        Assert.Equal(ClientMachine.Action.StopProtocol, step.Action);
        Assert.Equal(new GaveUp(machine.LastFailure!.Reason), step.ToProtocol);
    }

    [Fact]
    public void An_end_that_was_asked_for_does_not_escalate()
    {
        ClientMachine machine = Connected(directive: RetryDirective.Escalate);
        machine.Reconnect(0);
        Assert.Null(machine.Ended(Requested, 0));
        machine = Connected(directive: RetryDirective.Escalate);
        Assert.Same(Requested, machine.Ended(Requested, 0));
    }

    [Fact]
    public void To_reconnect_ends_the_connection_and_connects_when_nothing_of_it_is_left()
    {
        ClientMachine machine = Connected();
        AssertEnds(machine.Reconnect(10));
        AssertEnds(machine.Reconnect(10));
        Assert.Null(machine.Ended(Requested, 20));
        ClientMachine.Step step = machine.ConnectorGone(30);
        Assert.Equal(ClientMachine.Action.Connect, step.Action);
        Assert.Equal(new Disconnected(Requested, TimeSpan.Zero), step.ToProtocol);
        Assert.Null(step.Log);
        Assert.Equal(1, machine.Begin(30).Attempt);

        // It was asked for once.
        Assert.Equal(ClientMachine.Action.Wait, Fail(machine, Violation, 40).Action);
    }

    [Fact]
    public void To_reconnect_ends_the_wait_but_not_an_attempt()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        Assert.Equal(default, machine.Reconnect(0));
        Fail(machine, Violation, 0);
        Assert.Equal(new ClientMachine.Step(ClientMachine.Action.Connect), machine.Reconnect(10));
        machine.Begin(10);
        Assert.Equal(default, machine.Reconnect(10));
    }

    [Fact]
    public void To_reconnect_forgets_the_failures_before_it_and_is_none_itself()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        Assert.Equal(1, Fail(machine, Requested, 0).Delay.TotalSeconds);
        machine.Begin(0);
        Assert.Equal(2, Fail(machine, Requested, 0).Delay.TotalSeconds);
        machine.Reconnect(0);
        machine.Begin(0);
        Assert.Equal(1, Fail(machine, Requested, 0).Delay.TotalSeconds);

        machine = Connected();
        machine.Reconnect(0);
        Fail(machine, Requested, 0);
        machine.Begin(0);
        Assert.Equal(1, Fail(machine, Requested, 0).Delay.TotalSeconds);
    }

    [Fact]
    public void The_deadline_counts_from_the_first_attempt_or_from_the_last_reconnect()
    {
        ClientMachine machine = Machine(deadline: TimeSpan.FromSeconds(5));
        machine.Begin(0);
        Assert.Equal(ClientMachine.Action.StopProtocol, Fail(machine, Violation, 4_000).Action);

        machine = Machine(deadline: TimeSpan.FromSeconds(5));
        machine.Begin(0);
        machine.Reconnect(1_000);
        Assert.Equal(ClientMachine.Action.Wait, Fail(machine, Violation, 4_500).Action);
        machine.Begin(5_500);
        Assert.Equal(ClientMachine.Action.StopProtocol, Fail(machine, Violation, 5_500).Action);
    }

    [Fact]
    public void To_disconnect_takes_back_to_reconnect()
    {
        ClientMachine machine = Connected();
        AssertEnds(machine.Reconnect(0));
        AssertEnds(machine.Disconnect(0));
        Fail(machine, Requested, 0);
        machine.Reconnect(0);
        machine.Begin(0);
        Assert.Equal(ClientMachine.Action.Wait, Fail(machine, Violation, 0).Action);
    }

    [Fact]
    public void To_reconnect_counts_while_a_connector_that_has_failed_comes_to_its_end()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        machine.Ended(Violation, 0);
        AssertEnds(machine.Reconnect(0));
        Assert.Equal(ClientMachine.Action.Connect, machine.ConnectorGone(0).Action);
    }

    [Fact]
    public void To_reconnect_before_a_disconnect_has_come_to_its_end_connects_again()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        AssertEnds(machine.Disconnect(0));
        Assert.Equal(default, machine.Disconnect(0));
        AssertEnds(machine.Reconnect(0));

        // The attempt was stopped and has not failed: the next one goes to the same end point.
        ClientMachine.Step step = machine.ConnectorGone(0);
        Assert.Equal(ClientMachine.Action.Connect, step.Action);
        Assert.Equal(new Connecting(2, "tcp://a:1"), machine.Begin(0));
    }

    [Fact]
    public void To_disconnect_says_so_and_makes_no_attempt()
    {
        ClientMachine machine = Connected();
        AssertEnds(machine.Disconnect(10));
        machine.Ended(Requested, 20);
        ClientMachine.Step step = machine.ConnectorGone(20);
        Assert.Equal(new ClientMachine.Step { ToProtocol = new Disconnected(Requested, RetryIn: null) }, step);
        Assert.False(machine.IsWaiting);
        Assert.Equal(ClientState.Disconnected, machine.Status("name", 20).State);
        Assert.Equal(ClientMachine.Action.Connect, machine.Reconnect(30).Action);
        Assert.Equal(1, machine.Begin(30).Attempt);
    }

    [Fact]
    public void To_disconnect_while_the_client_waits_repeats_why_it_has_no_connection()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        Fail(machine, Violation, 0);
        Assert.Equal(new Disconnected(Violation, RetryIn: null), machine.Disconnect(10).ToProtocol);
        Assert.Equal(default, machine.Disconnect(10));
    }

    [Fact]
    public void To_close_ends_the_connection_and_then_the_protocol()
    {
        ClientMachine machine = Connected();
        AssertEnds(machine.Close(0));
        Assert.Equal(default, machine.Close(0));
        Assert.Equal(default, machine.Reconnect(0));
        Assert.Equal(default, machine.Disconnect(0));
        machine.Ended(Requested, 0);
        Assert.Equal(new ClientMachine.Step(ClientMachine.Action.StopProtocol), machine.ConnectorGone(0));
        Assert.Equal(ClientMachine.Action.Stop, machine.ProtocolGone().Action);
    }

    [Theory]
    [MemberData(nameof(EndsAfterACrash))]
    public void The_abort_after_a_crash_of_the_protocol_is_the_crash_and_no_other_end_is(
        string reported,
        string expected
    )
    {
        ClientMachine machine = Connected();
        Assert.Equal(
            new ClientMachine.Step { ToConnector = Abort.Instance },
            machine.ProtocolRestarts(new InvalidOperationException())
        );
        Fail(machine, Ends[reported], 0);
        Assert.Equal(expected, machine.LastFailure!.Reason.FailureClass.Name);

        // The next connection has nothing to do with it.
        machine.Begin(0);
        Fail(machine, Ends[reported], 0);
        Assert.Equal(reported, machine.LastFailure!.Reason.FailureClass.Name);
    }

    public static TheoryData<string, string> EndsAfterACrash =>
        new()
        {
            { "aborted", "protocol-crash" },
            { "requested", "requested" },
            { "protocol-violation", "protocol-violation" },
        };

    [Fact]
    public void A_protocol_that_crashes_without_a_connector_has_no_connection_to_abort()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        Fail(machine, Violation, 0);
        Assert.Equal(default, machine.ProtocolRestarts(new InvalidOperationException()));
        Assert.True(machine.IsWaiting);
    }

    [Fact]
    public void A_protocol_that_is_stopped_for_its_crash_is_the_last_failure()
    {
        ClientMachine machine = Connected();
        machine.ProtocolStops(new InvalidOperationException("on request"));
        Assert.IsType<ProtocolCrashedException>(machine.Status("name", 0).LastFailure);
        Assert.Null(machine.Ended(Aborted, 0));
        Assert.Equal(ClientMachine.Action.Stay, machine.ProtocolGone().Action);
        Assert.Equal(default, machine.ConnectorGone(0));
        ClientStatus status = machine.Status("name", 0);
        Assert.Equal(ClientState.GaveUp, status.State);
        Assert.Equal("on request", Assert.IsType<ProtocolCrashedException>(status.LastFailure).InnerException!.Message);

        // A client that closes does not give up.
        machine = Connected();
        machine.Close(0);
        machine.ProtocolStops(new InvalidOperationException("on request"));
        Assert.Equal(ClientMachine.Action.Stop, machine.ProtocolGone().Action);
    }

    [Fact]
    public void A_connector_that_another_actor_has_stopped_is_replaced_at_once()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        ClientMachine.Step step = machine.ConnectorGone(0);
        Assert.Equal((ClientMachine.Action.Wait, TimeSpan.Zero), (step.Action, step.Delay));
        Assert.NotNull(step.Log);
        Assert.Equal(FailureClass.Requested, machine.LastFailure!.Reason.FailureClass);
        Assert.Equal(new Connecting(2, "tcp://a:1"), machine.Begin(0));
    }

    [Fact]
    public void The_status_says_what_the_client_is_at()
    {
        ClientMachine machine = Machine();
        machine.Begin(0);
        Assert.Equal(new ClientStatus("name", ClientState.Connecting, "tcp://a:1", 1), machine.Status("name", 0));
        machine.Ended(Violation, 100);
        Assert.Equal(new ClientStatus("name", ClientState.Connecting, "tcp://a:1", 1), machine.Status("name", 100));
        machine.ConnectorGone(100);
        Assert.Equal(
            new ClientStatus("name", ClientState.Waiting, "tcp://b:1", 1)
            {
                LastFailure = Violation,
                RetryIn = TimeSpan.FromMilliseconds(600),
            },
            machine.Status("name", 500)
        );
        machine.Begin(1_100);
        machine.Reached(1_200);
        Assert.Equal(new ClientStatus("name", ClientState.Connected, "tcp://b:1", 0), machine.Status("name", 1_200));
        machine.Close(1_300);
        Assert.Equal(ClientState.Closing, machine.Status("name", 1_300).State);
    }

    private static readonly Dictionary<string, ReactorException> Ends = new ReactorException[]
    {
        Aborted,
        Requested,
        Violation,
    }.ToDictionary(end => end.FailureClass.Name, StringComparer.Ordinal);

    private static void AssertEnds(ClientMachine.Step step) =>
        Assert.Equal(new ClientMachine.Step { ToConnector = ConnectorActor.EndConnection.Instance }, step);

    private static ClientMachine.Step Fail(ClientMachine machine, Exception cause, long now)
    {
        Assert.Null(machine.Ended(cause, now));
        return machine.ConnectorGone(now);
    }

    private static ClientMachine Connected(RetryDirective directive = RetryDirective.Retry)
    {
        ClientMachine machine = Machine(directive: directive);
        machine.Begin(0);
        machine.Reached(0);
        return machine;
    }

    private static ClientMachine Machine(
        Func<ClientOptions, ClientOptions>? change = null,
        RetryDirective directive = RetryDirective.Retry,
        bool stays = true,
        TimeSpan? deadline = null
    )
    {
        ClientOptions options = new(["tcp://a:1", "tcp://b:1"], Props.Empty);
        options = change?.Invoke(options) ?? options;
        CheckedClientOptions settled = new(
            options,
            [
                .. options.EndPoints.Select(text =>
                    ReactorEndPoint.TryParse(text, out ReactorEndPoint? endPoint)
                        ? endPoint
                        : throw new ArgumentException(text, nameof(change))
                ),
            ],
            new ConnectOptions(),
            new ReconnectOptions
            {
                Policy = Doubling with { Directive = directive },
                Deadline = deadline ?? Timeout.InfiniteTimeSpan,
            }
        );
        return new ClientMachine(settled, new Random(1), stays);
    }
}
