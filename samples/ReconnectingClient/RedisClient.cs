using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Reactor;
using ReconnectingClient.Resp;

namespace ReconnectingClient;

/// <summary>
/// A Redis client that lives as long as its client actor. It pipelines commands, whose answers come in the same order. It
/// makes subscriptions again after every connect and after a restart. No command is lost silently, and none is sent twice.
/// </summary>
internal sealed class RedisClient : ProtocolActor
{
    // The number of unanswered commands at which further commands are refused.
    private const int MostPending = 10_000;

    // The most memory that an answer may take, in bytes.
    private const long LargestReply = 16 * 1024 * 1024;

    // The server answers these commands by pushes, or never stops answering. So replies could no longer be assigned to
    // commands.
    private static readonly FrozenSet<string> s_unanswered = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ["MONITOR", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "UNSUBSCRIBE"]
    );

    // The commands in the order in which they were written. The answers come in the same order.
    private readonly LinkedList<Pending> _pending = new();
    private readonly Dictionary<string, HashSet<IActorRef>> _subscribers = new(StringComparer.Ordinal);
    private RespReader _reader = new(LargestReply);
    private bool _ready;

    // With protocol version 3, replies and the messages of subscriptions come on the same connection and cannot be
    // confused. A server that is still loading its data from disk reports this in its answer to PING.
    protected override void OnConnected()
    {
        _reader = new RespReader(LargestReply);
        Write(Encode(new Command("HELLO", "3")));
        Write(Encode(new Command("PING")));
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Command command when command.Arguments.Count == 0 || s_unanswered.Contains(command.Arguments[0]):
                Sender.Tell(new CommandFailed(command, new NotSentException("this is not a command with one answer")));
                break;
            case Command command when !_ready:
                Sender.Tell(new CommandFailed(command, new NotSentException("there is no server")));
                break;
            case Command command when _pending.Count >= MostPending:
                Sender.Tell(new CommandFailed(command, new NotSentException($"{MostPending} commands are pending")));
                break;
            case Command command:
                Send(command, Sender);
                break;
            case Subscribe subscribe:
                AddSubscriber(subscribe.Channel, Sender);
                break;
            case Terminated terminated:
                RemoveSubscriber(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        ReadOnlySequence<byte> rest = data;
        try
        {
            while (_reader.TryRead(ref rest, out RespValue? value))
            {
                Take(value);
            }
        }
        catch (ReplyTooLargeException tooLarge)
        {
            if (!_reader.IsInPush && _pending.First is { Value: { Command: { } } asked })
            {
                _pending.RemoveFirst();
                Fail(asked, tooLarge);
            }

            Abort(tooLarge);
        }
        catch (PeerViolationException violation)
        {
            Abort(violation);
        }

        return data.Length - rest.Length;
    }

    // The kernel has not taken the whole command, so the server cannot have executed it.
    protected override void OnWriteFailed(WriteFailed failure)
    {
        for (LinkedListNode<Pending>? node = _pending.Last; node is not null; node = node.Previous)
        {
            if (ReferenceEquals(node.Value.Write, failure.Write))
            {
                _pending.Remove(node);
                Fail(node.Value, new NotSentException(failure.Cause.Message));
                return;
            }
        }
    }

    protected override void OnClosed(Closed closed)
    {
        _ready = false;
        foreach (Pending pending in _pending)
        {
            Fail(pending, new OutcomeUnknownException(closed.Cause));
        }

        _pending.Clear();
    }

    protected override void OnGaveUp(GaveUp gaveUp)
    {
        foreach (string channel in _subscribers.Keys)
        {
            Forget(channel, gaveUp.Cause);
        }
    }

    // Only the failed instance knows the commands that it has sent, so it reports their end here. The new instance gets the
    // same subscriptions again.
    protected override void PreRestart(Exception reason, object message)
    {
        OnClosed(new Closed(CloseReason.Aborted));
        foreach ((string channel, HashSet<IActorRef> subscribers) in _subscribers)
        {
            foreach (IActorRef subscriber in subscribers)
            {
                Self.Tell(new Subscribe(channel), subscriber);
            }
        }

        base.PreRestart(reason, message);
    }

    private void Send(Command command, IActorRef sender)
    {
        Write write = new(new ReadOnlySequence<byte>(Encode(command)));
        _pending.AddLast(new Pending(write) { Command = command, Sender = sender });
        Write(write);
    }

    private void Take(RespValue value)
    {
        if (value.Kind == RespKind.Push)
        {
            TakePush(value);
            return;
        }

        if (!_ready)
        {
            Greeted(value);
            return;
        }

        if (_pending.First is not { } first)
        {
            throw new PeerViolationException($"The server sent an answer without a command: {value}");
        }

        _pending.RemoveFirst();
        switch (first.Value)
        {
            case { Command: { } command }:
                first.Value.Sender.Tell(new Reply(command, value), Self);
                break;
            case { Channel: { } channel } when value.Kind == RespKind.Error:
                Forget(channel, new RefusedException(value.Text));
                break;
            default:
                throw new PeerViolationException($"The server answered SUBSCRIBE with {value}");
        }
    }

    private void Greeted(RespValue greeting)
    {
        if (greeting.Kind == RespKind.Error)
        {
            // The server may still be starting.
            Abort(new ServerNotReadyException(greeting.Text));
            return;
        }

        if (greeting.Kind != RespKind.Text)
        {
            // This is the answer to HELLO. The answer to PING follows it.
            return;
        }

        _ready = true;
        foreach (string channel in _subscribers.Keys)
        {
            Subscribe(channel);
        }
    }

    private void TakePush(RespValue push)
    {
        switch (push.Items)
        {
            case [{ Text: "message" }, { Text: var channel }, { Text: var text }]:
                foreach (IActorRef subscriber in _subscribers.GetValueOrDefault(channel) ?? [])
                {
                    subscriber.Tell(new Published(channel, text), Self);
                }

                break;
            case [{ Text: "subscribe" }, { Text: var channel }, ..] when _pending.First?.Value.Channel == channel:
                _pending.RemoveFirst();
                break;
            case [{ Text: "subscribe" }, ..]:
                throw new PeerViolationException($"The server confirmed a subscription without a request: {push}");
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

    private void RemoveSubscriber(IActorRef subscriber)
    {
        foreach ((string channel, HashSet<IActorRef> subscribers) in _subscribers)
        {
            if (subscribers.Remove(subscriber) && subscribers.Count == 0)
            {
                _subscribers.Remove(channel);
            }
        }
    }

    // The server answers SUBSCRIBE with a push in place of a reply. It refuses SUBSCRIBE with a reply.
    private void Subscribe(string channel)
    {
        Write write = new(new ReadOnlySequence<byte>(Encode(new Command("SUBSCRIBE", channel))));
        _pending.AddLast(new Pending(write) { Channel = channel });
        Write(write);
    }

    private void Forget(string channel, ReactorException reason)
    {
        if (_subscribers.Remove(channel, out HashSet<IActorRef>? subscribers))
        {
            foreach (IActorRef subscriber in subscribers)
            {
                subscriber.Tell(new SubscribeFailed(channel, reason), Self);
            }
        }
    }

    // A subscription is made again on the next connection, so its failure is not reported.
    private static void Fail(Pending pending, ReactorException reason)
    {
        if (pending.Command is { } command)
        {
            pending.Sender.Tell(new CommandFailed(command, reason));
        }
    }

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

    /// <summary>A request that waits for its answer: the command of an actor, or the subscription to a channel.</summary>
    private sealed record Pending(Write Write)
    {
        internal Command? Command { get; init; }

        internal IActorRef Sender { get; init; } = ActorRefs.Nobody;

        internal string? Channel { get; init; }
    }
}
