using System;
using System.Collections.Generic;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>
/// A completion poller on top of a readiness poller. It receives before the caller asks for bytes. It answers most sends
/// with <see cref="IoResult.Pending"/> and reports their results later.
/// </summary>
internal sealed class SimulatedCompletionEngine : IEngine, IReadySource
{
    // The probability that a send completes immediately, as a send through io_uring can if the ring is submitted at the
    // right moment.
    private const double SentAtOnce = 0.2;

    private readonly SimulatedEngine _inner;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedWake _wake;
    private readonly List<Registration> _due = [];

    internal SimulatedCompletionEngine(SimulatedHost host, SimulatedWake wake, IWaiting waiting)
    {
        _inner = new SimulatedEngine(host, wake, waiting);
        _network = host.Network;
        wake.Engine = this;
        _wake = wake;
    }

    public string Name => "simulated-completion";

    public bool HasReady => _inner.HasReady || _due.Count > 0;

    public Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null)
    {
        Registration registration = _inner.Register(descriptor, kind, target);
        registration.State = previous?.State ?? new CompletionState();
        Update(registration);
        return registration;
    }

    public void SetInterest(Registration registration, Interest interest)
    {
        if (registration.Active)
        {
            StateOf(registration).Wanted = interest;
            Update(registration);
        }
    }

    public void Deregister(Registration registration)
    {
        _due.Remove(registration);
        _inner.Deregister(registration);
    }

    public IoResult Receive(Registration registration, Span<byte> buffer)
    {
        CompletionState state = StateOf(registration);
        if (!state.Holds)
        {
            return _inner.Receive(registration, buffer);
        }

        IoResult result;
        if (state.HasBytes)
        {
            result = IoResult.Done(state.Take(buffer));
        }
        else
        {
            result = state.Ended!.Value;
            state.Ended = null;
        }

        Update(registration);
        return result;
    }

    public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
    {
        CompletionState state = StateOf(registration);
        if (state.Sent is { } sent)
        {
            state.Sent = null;
            Update(registration);
            return sent;
        }

        if (state.Sending is null)
        {
            if (_network.Random.Chance(SentAtOnce))
            {
                return _inner.Send(registration, buffer);
            }

            state.Sending = buffer.ToArray();
            Update(registration);
        }

        return IoResult.Pending;
    }

    public IoResult SendFile(Registration registration, in FileRange file) => _inner.SendFile(registration, file);

    public AcceptResult Accept(Registration listener) => _inner.Accept(listener);

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        CompleteSends();
        int count = _inner.Wait(events, _due.Count > 0 ? 0 : timeoutMilliseconds);
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            Registration registration = events[i].Registration;
            Readiness readiness = Complete(registration, events[i].Readiness);
            _due.Remove(registration);
            if (readiness != Readiness.None)
            {
                events[kept++] = new EngineEvent(registration, readiness);
            }

            Update(registration);
        }

        AddDue(events, ref kept);
        return kept;
    }

    public void Dispose()
    {
        _inner.Dispose();
        if (_wake.Engine == this)
        {
            _wake.Engine = null;
        }
    }

    private static CompletionState StateOf(Registration registration) => (CompletionState)registration.State!;

    // Does the I/O that the readiness allows, and returns the readiness to report.
    private Readiness Complete(Registration registration, Readiness readiness)
    {
        CompletionState state = StateOf(registration);
        if (registration.Kind != SocketKind.Stream)
        {
            return readiness;
        }

        Readiness reported = readiness & Readiness.Fault;
        if ((readiness & Readiness.Readable) != 0 && !state.Holds)
        {
            IoResult result = _inner.Receive(registration, state.Room);
            if (result.Count > 0)
            {
                state.Received(result.Count);
            }
            else if (!result.WouldBlock)
            {
                state.Ended = result;
            }
        }

        if ((state.Wanted & Interest.Write) != 0)
        {
            reported |= readiness & Readiness.Writable;
        }

        return reported | state.Due;
    }

    // Sends as much of each copy as there is room for. Without room the result is that the send would block, and the caller
    // waits for room as with any other engine.
    private void CompleteSends()
    {
        foreach (Registration registration in _due)
        {
            CompletionState state = StateOf(registration);
            if (state.Sending is { } sending)
            {
                state.Sent = _inner.Send(registration, sending);
                state.Sending = null;
            }
        }
    }

    private void AddDue(Span<EngineEvent> events, ref int kept)
    {
        int reported = kept;
        for (int i = 0; i < _due.Count && kept < events.Length; i++)
        {
            Registration registration = _due[i];
            if (!Reported(events[..reported], registration))
            {
                events[kept++] = new EngineEvent(registration, StateOf(registration).Due);
            }
        }

        // Reported registrations move to the back, so that a short batch does not starve the others.
        int added = kept - reported;
        if (added > 0 && added < _due.Count)
        {
            List<Registration> front = _due.GetRange(0, added);
            _due.RemoveRange(0, added);
            _due.AddRange(front);
        }
    }

    private static bool Reported(ReadOnlySpan<EngineEvent> events, Registration registration)
    {
        foreach (EngineEvent engineEvent in events)
        {
            if (engineEvent.Registration == registration)
            {
                return true;
            }
        }

        return false;
    }

    // Sets the interest of the inner poller to what the wanted interest requires, and updates the list of registrations
    // that are due.
    private void Update(Registration registration)
    {
        if (!registration.Active)
        {
            return;
        }

        CompletionState state = StateOf(registration);
        Interest below = state.Wanted & (state.Holds ? Interest.Write : Interest.Read | Interest.Write);
        _inner.SetInterest(registration, below);
        bool due = state.Due != Readiness.None || state.Sending is not null;
        if (due != _due.Contains(registration))
        {
            if (due)
            {
                _due.Add(registration);
            }
            else
            {
                _due.Remove(registration);
            }
        }
    }
}
