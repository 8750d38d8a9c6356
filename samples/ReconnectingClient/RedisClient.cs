using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Reactor;
using ReconnectingClient.Resp;

namespace ReconnectingClient;

/// <summary>
/// A Redis client for as long as its client actor lives: commands are pipelined, answers come in their order, subscriptions are
/// made again after every connect. No command is lost silently, and none is sent twice.
/// </summary>
internal sealed class RedisClient : ProtocolActor
{
    // Commands without an answer at which further ones are refused.
    private const int MostPending = 10_000;

    // In the order in which they were written, which is that of the answers.
    private readonly LinkedList<Pending> _pending = new();
    private readonly Dictionary<string, HashSet<IActorRef>> _subscribers = new(StringComparer.Ordinal);
    private bool _ready;

    // With version 3 answers and what subscriptions bring come on the same connection, and cannot be mixed up. A server that
    // is still loading what it has on disk says so to PING.
    protected override void OnConnected()
    {
        Write(Encode(new Command("HELLO", "3")));
        Write(Encode(new Command("PING")));
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Command command when !_ready:
                Sender.Tell(new CommandFailed(command, new NotSentException("there is no server")));
                break;
            case Command command when _pending.Count >= MostPending:
                Sender.Tell(new CommandFailed(command, new NotSentException($"{MostPending} are under way")));
                break;
            case Command command:
                Send(command, Sender);
                break;
            case Subscribe subscribe:
                AddSubscriber(subscribe.Channel, Sender);
                break;
            case Terminated terminated:
                foreach (HashSet<IActorRef> subscribers in _subscribers.Values)
                {
                    subscribers.Remove(terminated.ActorRef);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        long used = 0;
        try
        {
            long next;
            while ((next = RespReader.TryRead(data.Slice(used), out RespValue? value)) > 0)
            {
                used += next;
                Take(value!);
            }
        }
        catch (ProtocolViolationException violation)
        {
            Abort(violation);
        }

        return used;
    }

    // The kernel does not have all of it: the server cannot have carried it out.
    protected override void OnWriteFailed(WriteFailed failure)
    {
        for (LinkedListNode<Pending>? node = _pending.Last; node is not null; node = node.Previous)
        {
            if (ReferenceEquals(node.Value.Write, failure.Write))
            {
                _pending.Remove(node);
                Fail(node.Value, new NotSentException(failure.Reason.Message));
                return;
            }
        }
    }

    protected override void OnClosed(Closed closed)
    {
        _ready = false;
        foreach (Pending pending in _pending)
        {
            Fail(pending, new OutcomeUnknownException(closed.Exception));
        }

        _pending.Clear();
    }

    // Not before: an instance that failed has sent commands which nobody else knows of.
    protected override void PreRestart(Exception reason, object message)
    {
        OnClosed(new Closed(CloseReason.Aborted));
        base.PreRestart(reason, message);
    }

    private void Send(Command command, IActorRef sender)
    {
        Write write = new(new ReadOnlySequence<byte>(Encode(command)));
        _pending.AddLast(new Pending(command, sender, write));
        Write(write);
    }

    private void Take(RespValue value)
    {
        if (value.Kind == RespKind.Push)
        {
            Publish(value);
            return;
        }

        if (!_ready)
        {
            Greeted(value);
            return;
        }

        if (_pending.First is not { } first)
        {
            throw new ProtocolViolationException($"The server answered what it was not asked: {value}");
        }

        _pending.RemoveFirst();
        first.Value.Sender.Tell(new Reply(first.Value.Command, value), Self);
    }

    private void Greeted(RespValue greeting)
    {
        if (greeting.Kind == RespKind.Error)
        {
            // It may be one that is still starting.
            Abort(new ServerNotReadyException(greeting.Text));
            return;
        }

        if (greeting.Kind != RespKind.Text)
        {
            // To HELLO; that to PING is behind it.
            return;
        }

        _ready = true;
        foreach (string channel in _subscribers.Keys)
        {
            Subscribe(channel);
        }
    }

    private void Publish(RespValue push)
    {
        if (
            push.Items is [{ Text: "message" }, { Text: var channel }, { Text: var text }]
            && _subscribers.TryGetValue(channel, out HashSet<IActorRef>? subscribers)
        )
        {
            foreach (IActorRef subscriber in subscribers)
            {
                subscriber.Tell(new Published(channel, text), Self);
            }
        }
    }

    private void AddSubscriber(string channel, IActorRef subscriber)
    {
        if (!_subscribers.TryGetValue(channel, out HashSet<IActorRef>? subscribers))
        {
            subscribers = _subscribers[channel] = [];
            if (_ready)
            {
                Subscribe(channel);
            }
        }

        if (subscribers.Add(subscriber))
        {
            Context.Watch(subscriber);
        }
    }

    // Its answer is a push: nobody waits for it.
    private void Subscribe(string channel) => Write(Encode(new Command("SUBSCRIBE", channel)));

    private static void Fail(Pending pending, ReactorException reason) =>
        pending.Sender.Tell(new CommandFailed(pending.Command, reason));

    private static byte[] Encode(Command command)
    {
        ArrayBufferWriter<byte> bytes = new();
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{command.Arguments.Count}\r\n"), bytes);
        foreach (string argument in command.Arguments)
        {
            int length = Encoding.UTF8.GetByteCount(argument);
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${length}\r\n{argument}\r\n"), bytes);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private sealed record Pending(Command Command, IActorRef Sender, Write Write);
}
