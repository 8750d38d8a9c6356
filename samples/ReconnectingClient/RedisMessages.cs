using System.Collections.Generic;
using Akka.Reactor;
using ReconnectingClient.Resp;

namespace ReconnectingClient;

/// <summary>
/// A command for a <see cref="RedisClient"/>, which answers with exactly one <see cref="Reply"/> or
/// <see cref="CommandFailed"/>.
/// </summary>
internal sealed record Command(params IReadOnlyList<string> Arguments)
{
    public override string ToString() => string.Join(' ', Arguments);
}

/// <summary>The server has executed the command, or refused to execute it (<see cref="RespKind.Error"/>).</summary>
internal sealed record Reply(Command Command, RespValue Value);

/// <summary>There is no answer to the command. The reason shows whether the server may have executed it.</summary>
internal sealed record CommandFailed(Command Command, ReactorException Reason);

/// <summary>
/// Asks a <see cref="RedisClient"/> to send every <see cref="Published"/> message of the channel to the sender. The
/// subscription lasts over all reconnects, until <see cref="SubscribeFailed"/>.
/// </summary>
internal sealed record Subscribe(string Channel);

/// <summary>
/// The server has refused the subscription, or will never be reached again. To try again, send <see cref="Subscribe"/>
/// again.
/// </summary>
internal sealed record SubscribeFailed(string Channel, ReactorException Reason);

/// <summary>
/// A message that was published while there was a connection. Messages that are published while there is none are lost,
/// because Redis does not keep them.
/// </summary>
internal sealed record Published(string Channel, string Text);

/// <summary>The server does not have the whole command, and never will. So it has not executed the command.</summary>
internal sealed class NotSentException(string why) : ReactorException($"Not sent: {why}");

/// <summary>
/// The connection was lost between the command and its answer. The server may or may not have executed the command.
/// </summary>
internal sealed class OutcomeUnknownException(ReactorException? cause)
    : ReactorException("The connection was lost before the answer came: the outcome is unknown.", cause);

/// <summary>The server refused the greeting: it is still starting, requires a password, or does not speak RESP3.</summary>
internal sealed class ServerNotReadyException(string answer) : ReactorException($"The server is not ready: {answer}");

/// <summary>The server has refused a request.</summary>
internal sealed class RefusedException(string answer) : ReactorException($"The server refused: {answer}");

/// <summary>The server sends a value that is larger than this client accepts. The client aborts the connection.</summary>
internal sealed class ReplyTooLargeException(long size, long limit)
    : ReactorException($"The server sends a value of at least {size} bytes; at most {limit} are allowed.");
