using System;
using System.Net;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Transports;

/// <summary>
/// What a supervisor logs of a protocol that failed: one line with the peer, what happened, and that the connection was
/// aborted. A supervisor receives the exception only, so the protocol notes its peer beside it. Any thread.
/// </summary>
internal static class CrashLog
{
    private static readonly ConditionalWeakTable<Exception, Crash> Noted = [];

    /// <summary>To be called in an exception filter.</summary>
    /// <param name="cause">What the protocol has thrown.</param>
    /// <param name="peer">Of its connection; null: there was none yet.</param>
    /// <param name="closing">Whether the connection is closed anyway, and not aborted.</param>
    /// <returns>False, so that nothing is caught.</returns>
    internal static bool Note(Exception cause, EndPoint? peer, bool closing)
    {
        Noted.AddOrUpdate(cause, new Crash(peer, closing));
        return false;
    }

    /// <param name="log">Where to.</param>
    /// <param name="name">The listener's, or the end point that was connected to.</param>
    /// <param name="protocol">The actor.</param>
    /// <param name="cause">What it has thrown.</param>
    internal static void Write(ILoggingAdapter log, string name, IActorRef protocol, Exception cause)
    {
        if (cause is ActorInitializationException)
        {
            string problem = (cause.InnerException ?? cause).Message;
            log.Error(cause, "{0}: a connection was aborted: its protocol cannot be made: {1}", name, problem);
        }
        else if (!Noted.TryGetValue(cause, out Crash? crash) || crash.Peer is null)
        {
            log.Error(cause, "{0}: the protocol {1} failed: {2}", name, protocol, cause.Message);
        }
        else if (crash.Closing)
        {
            log.Error(cause, "{0}: {1}: the protocol failed while it closed: {2}", name, crash.Peer, cause.Message);
        }
        else
        {
            log.Error(cause, "{0}: {1} aborted: the protocol failed: {2}", name, crash.Peer, cause.Message);
        }
    }

    private sealed record Crash(EndPoint? Peer, bool Closing);
}
