using System;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// One of the operating system's pollers. The interface fits readiness (the system reports that a descriptor can be used, and
/// <see cref="Receive"/> and <see cref="Send"/> use it) and completion (the engine has already received, and hands the bytes over
/// in <see cref="Receive"/>). Therefore all input and output of a registered descriptor goes through its engine, never directly to
/// the socket.
/// </summary>
/// <remarks>
/// The engine is called on one thread only, that of its loop. Disposing the engine frees what the engine itself owns; the
/// registered descriptors stay open and belong to the code that registered them.
/// </remarks>
internal interface IEngine : IDisposable
{
    /// <summary>Starts to watch a non-blocking descriptor, with no interest yet. The caller still owns the descriptor.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="kind">The purpose of the socket.</param>
    /// <param name="target">The object that the events are for.</param>
    /// <param name="previous">
    /// The previous registration of the same socket, with this engine or with an engine that was disposed since. If a completion
    /// engine had received or sent bytes for that registration and has not reported them, the new registration continues with them.
    /// </param>
    Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null);

    /// <summary>
    /// Sets which events to report from now on. This is cheap: changes are passed to the system at the next <see cref="Wait"/>.
    /// </summary>
    void SetInterest(Registration registration, Interest interest);

    /// <summary>
    /// Stops watching. Call this before the descriptor is closed. A later <see cref="Wait"/> returns no event of this registration;
    /// the caller must drop its events in the present batch (<see cref="Registration.Active"/>).
    /// </summary>
    void Deregister(Registration registration);

    /// <summary>Receives into the caller's buffer. The engine does not keep the buffer. Never blocks.</summary>
    IoResult Receive(Registration registration, Span<byte> buffer);

    /// <summary>
    /// Sends from the caller's buffer, which the engine does not keep. It may send only a part. Never blocks, never raises a
    /// signal. A completion engine returns <see cref="IoResult.Pending"/>, and reports <see cref="Readiness.Writable"/>, regardless
    /// of the interest, when it knows the result. The caller then offers the same bytes again, with or without more bytes behind
    /// them, and this method returns how many of them were sent.
    /// </summary>
    IoResult Send(Registration registration, ReadOnlySpan<byte> buffer);

    /// <summary>
    /// Lets the system send a part of a file directly. It may send only a part of the range. Never blocks on the socket, and blocks
    /// on the disk only for bytes that are not in memory. Do not call this while a <see cref="Send"/> is pending, and call it only
    /// if the system has <see cref="SocketFeatures.SendFile"/>. When the socket is full, wait for room with
    /// <see cref="Interest.Write"/>. A count of 0 without a fault means that the file ends before the range.
    /// </summary>
    IoResult SendFile(Registration registration, in FileRange file);

    /// <summary>Accepts one connection from a registered listening socket. Never blocks.</summary>
    AcceptResult Accept(Registration listener);

    /// <summary>
    /// Waits until something happens, the wake signal is set, or the time is over, and fills in the events that happened.
    /// </summary>
    /// <param name="events">The events are filled in from the front. The length is at least 1.</param>
    /// <param name="timeoutMilliseconds">0 does not wait, -1 waits without a limit.</param>
    /// <returns>How many events were filled in; 0 after a wake-up or the timeout.</returns>
    int Wait(Span<EngineEvent> events, int timeoutMilliseconds);
}
