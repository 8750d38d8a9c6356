using System;
using System.Globalization;
using Akka.Actor;
using Akka.Reactor;
using ReconnectingClient.Resp;

namespace ReconnectingClient;

/// <summary>Increments a counter as often as it is told to, and keeps the books: each command ends in one of three ways.</summary>
internal sealed class CountingActor : UntypedActor
{
    private readonly IActorRef _redis;
    private readonly string _key;
    private long _answered;
    private long _notSent;
    private long _unknown;
    private long _counter;

    public CountingActor(IActorRef redis, string key)
    {
        _redis = redis;
        _key = key;
    }

    protected override void PreStart() => _redis.Tell(new Subscribe("news"), Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Count count:
                for (int i = 0; i < count.Times; i++)
                {
                    _redis.Tell(new Command("INCR", _key), Self);
                }

                break;
            case Reply { Value.Kind: RespKind.Number } reply:
                _answered++;
                _counter = reply.Value.Number;
                break;
            case Reply reply:
                Console.Out.WriteLine($"{reply.Command}: {reply.Value}");
                break;
            case CommandFailed { Reason: OutcomeUnknownException }:
                _unknown++;
                break;
            case CommandFailed:
                _notSent++;
                break;
            case Published published:
                Console.Out.WriteLine($"{published.Channel}: {published.Text}");
                break;
            case Report report:
                Print(report.Status);
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
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_key} {_counter, 8}   answered {_answered, 8}   not sent {_notSent, 8}   unknown {_unknown, 6}   {state}"
            )
        );
    }

    /// <summary>Increments so often.</summary>
    internal sealed record Count(int Times);

    /// <summary>Prints the books.</summary>
    internal sealed record Report(ClientStatus Status);
}
