using System;
using System.Globalization;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor;
using ReconnectingClient.Resp;

namespace ReconnectingClient;

/// <summary>
/// Increments a counter as often as requested, and counts the results: each command is answered, not sent, or has an
/// unknown outcome.
/// </summary>
internal sealed class CountingActor : UntypedActor
{
    private readonly ClientStarted _client;
    private readonly string _key;
    private readonly TaskCompletionSource<string> _ended;
    private long _answered;
    private long _notSent;
    private long _unknown;
    private long _counter;
    private string _reason = "the client has ended";

    /// <param name="client">The client, whose protocol is a <see cref="RedisClient"/>.</param>
    /// <param name="key">The key of the counter.</param>
    /// <param name="ended">Gets the reason when the client has ended.</param>
    public CountingActor(ClientStarted client, string key, TaskCompletionSource<string> ended)
    {
        _client = client;
        _key = key;
        _ended = ended;
    }

    protected override void PreStart()
    {
        Context.Watch(_client.Protocol);
        _client.Protocol.Tell(new Subscribe("news"), Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Count count:
                for (int i = 0; i < count.Times; i++)
                {
                    _client.Protocol.Tell(new Command("INCR", _key), Self);
                }

                break;
            case Reply { Value.Kind: RespKind.Number } reply:
                _answered++;
                _counter = reply.Value.Number;
                break;
            case Reply reply:
                Say($"{reply.Command}: {reply.Value}");
                break;
            case CommandFailed { Reason: OutcomeUnknownException }:
                _unknown++;
                break;
            case CommandFailed:
                _notSent++;
                break;
            case Published published:
                Say($"{published.Channel}: {published.Text}");
                break;
            case SubscribeFailed failed:
                _reason = failed.Reason.Message;
                Say($"{failed.Channel}: {_reason}");
                break;
            case Report:
                _client.Client.Tell(new GetStatus(), Self);
                break;
            case ClientStatus status:
                Print(status);
                break;
            case Terminated:
                _ended.TrySetResult(_reason);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Print(ClientStatus status)
    {
        string state = status switch
        {
            { State: ClientState.Waiting } => string.Create(
                CultureInfo.InvariantCulture,
                $"next attempt in {status.RetryIn!.Value.TotalSeconds:0.0} s: {status.LastFailure!.Message}"
            ),
            _ => $"{status.State}".ToLowerInvariant(),
        };
        Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_key} {_counter, 8}   answered {_answered, 8}   not sent {_notSent, 8}   unknown {_unknown, 6}   {state}"
            )
        );
    }

    private static void Say(string line) => Console.Out.WriteLine(Printable.Of(line));

    /// <summary>Requests the given number of increments.</summary>
    internal sealed record Count(int Times);

    /// <summary>Requests that the counts are printed.</summary>
    internal sealed class Report
    {
        internal static readonly Report Instance = new();
    }
}
