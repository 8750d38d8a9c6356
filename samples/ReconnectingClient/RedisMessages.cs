using System.Collections.Generic;
using Akka.Reactor;
using ReconnectingClient.Resp;

namespace ReconnectingClient;

/// <summary>To a <see cref="RedisClient"/>: answered with exactly one <see cref="Reply"/> or <see cref="CommandFailed"/>.</summary>
internal sealed record Command(params IReadOnlyList<string> Arguments)
{
    public override string ToString() => string.Join(' ', Arguments);
}

/// <summary>The server has carried it out, or refused to (<see cref="RespKind.Error"/>).</summary>
internal sealed record Reply(Command Command, RespValue Value);

/// <summary>There is no answer. The reason says whether it may have been carried out.</summary>
internal sealed record CommandFailed(Command Command, ReactorException Reason);

/// <summary>
/// To a <see cref="RedisClient"/>: the sender is told what is <see cref="Published"/> on this channel, over all reconnects,
/// until <see cref="SubscribeFailed"/>.
/// </summary>
internal sealed record Subscribe(string Channel);

/// <summary>The server has refused it, or will never be reached again. To try once more, <see cref="Subscribe"/> again.</summary>
internal sealed record SubscribeFailed(string Channel, ReactorException Reason);

/// <summary>Published while there was a connection. What was published meanwhile is lost: that is how Redis does it.</summary>
internal sealed record Published(string Channel, string Text);

/// <summary>The server does not have the whole command, and never will: it was not carried out.</summary>
internal sealed class NotSentException(string why) : ReactorException($"Not sent: {why}");

/// <summary>The connection was lost between command and answer: it was carried out, or not.</summary>
internal sealed class OutcomeUnknownException(ReactorException? cause)
    : ReactorException("The connection was lost before the answer came: the outcome is unknown.", cause);

/// <summary>The server does not greet: it is starting still, asks for a password, or does not speak RESP3.</summary>
internal sealed class ServerNotReadyException(string answer) : ReactorException($"The server is not ready: {answer}");

/// <summary>The server has refused to do something.</summary>
internal sealed class RefusedException(string answer) : ReactorException($"The server refused: {answer}");

/// <summary>A value that the server sends is larger than this client takes; its connection ends.</summary>
internal sealed class ReplyTooLargeException(long size, long limit)
    : ReactorException($"The server sends a value that takes at least {size} bytes, of {limit} that are allowed.");
