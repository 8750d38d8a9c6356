using System;
using System.Net;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Transports;

/// <summary>
/// Logs the failure of a protocol for its supervisor: one line with the peer, the failure, and the fact that the connection was
/// aborted. A supervisor receives only the exception, so the protocol notes its peer for that exception. Can be used on any thread.
/// </summary>
internal static class CrashLog
{
    private static readonly ConditionalWeakTable<Exception, Crash> Noted = [];

    /// <summary>Notes the peer for an exception. Call it in an exception filter.</summary>
    /// <param name="cause">The exception that the protocol has thrown.</param>
    /// <param name="peer">The peer of the protocol's connection; null if there was none yet.</param>
    /// <param name="closing">True if the connection is closing anyway and is not aborted.</param>
    /// <returns>False, so that nothing is caught.</returns>
    internal static bool Note(Exception cause, EndPoint? peer, bool closing)
    {
        Noted.AddOrUpdate(cause, new Crash(peer, closing));
        return false;
    }

    /// <param name="log">The log to write to.</param>
    /// <param name="name">The name of the listener, or the end point of an outgoing connection.</param>
    /// <param name="protocol">The actor of the protocol.</param>
    /// <param name="cause">The exception that the protocol has thrown.</param>
    internal static void Write(ILoggingAdapter log, string name, IActorRef protocol, Exception cause)
    {
        if (cause is ActorInitializationException)
        {
            string problem = (cause.InnerException ?? cause).Message;
            log.Error(cause, "{0}: a connection was aborted: its protocol cannot be created: {1}", name, problem);
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
