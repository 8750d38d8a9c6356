using System;
using System.Collections.Generic;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The writers that a protocol has made for other threads. What they have accepted passes through the protocol's mailbox, so that it leaves
/// through the layers that the protocol stands on. A part of its session; the thread is the protocol's.
/// </summary>
internal sealed class ProtocolWriters(ProtocolSession session)
{
    private readonly List<ConnectionWriter> _writers = [];

    internal ConnectionWriter Create(int limit, Action<ConnectionWriter>? onRoom)
    {
        ConnectionWriter writer = new(session.Self, limit, onRoom);
        _writers.Add(writer);
        return writer;
    }

    /// <summary>True if this session has made the writer, and has not ended it.</summary>
    internal bool Has(ConnectionWriter writer) => _writers.Contains(writer);

    /// <summary>A writer has accepted bytes. Does nothing if it has ended meanwhile.</summary>
    internal void Pass(ConnectionWriter writer)
    {
        if (Has(writer) && writer.Take() is { } write)
        {
            session.Outbound.SendAccepted(write);
        }
    }

    /// <summary>Passes on everything that the writers have accepted.</summary>
    internal void PassAll()
    {
        foreach (ConnectionWriter writer in _writers)
        {
            Pass(writer);
        }
    }

    /// <summary>The writers accept nothing any more.</summary>
    internal void End(ReactorException reason)
    {
        ConnectionWriter[] writers = [.. _writers];
        _writers.Clear();
        foreach (ConnectionWriter writer in writers)
        {
            if (!writer.End(reason))
            {
                continue;
            }

            try
            {
                writer.TellRoom();
            }
            catch (Exception fault)
            {
                // The protocol is in the middle of its end, which is the same for all.
                session.Protocol.Log.Warning(
                    fault,
                    "{0}: onRoom of a writer failed after the end: {1}",
                    session.Connection?.Remote,
                    fault.Message
                );
            }
        }
    }
}
