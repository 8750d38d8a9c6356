using System;
using System.Buffers;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.ThirdParty.Tests.Guestbook;

/// <summary>The peer showed no ticket in time.</summary>
public sealed class TicketTimeoutException(TimeSpan timeout)
    : TimeoutExceededException($"No ticket was shown within {timeout.TotalSeconds:0.###} s.", timeout);

/// <summary>A layer that shows its peer a ticket first, and wants to see the same one.</summary>
public sealed class Ticket(IActorRef lower, string ticket, TimeSpan timeout) : HandshakeLayer(lower), IConfigured<Layer>
{
    private readonly byte[] _ticket = Encoding.ASCII.GetBytes($"{ticket}\n");
    private ConnectionTimer? _timer;
    private int _seen;

    public static Layer FromConfiguration(SettingsReader options, ActorSystem system)
    {
        string ticket = options.RequiredText("ticket");
        TimeSpan timeout = options.Duration("timeout", TimeSpan.FromSeconds(5), infinite: false);
        return new Layer("ticket", lower => Props.Create<Ticket>(lower, ticket, timeout));
    }

    protected override void OnLowerConnected()
    {
        _timer = CreateTimer(new TicketTimeoutException(timeout));
        _timer.Start(timeout);
        Send(_ticket);
    }

    protected override void OnReceived(ReadOnlySequence<byte> data)
    {
        if (IsOpen)
        {
            base.OnReceived(data);
            return;
        }

        // Byte by byte: the ticket may come in any number of pieces, with the first line glued to it.
        long used = 0;
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            for (int i = 0; i < piece.Length && _seen < _ticket.Length; i++, used++)
            {
                if (piece.Span[i] != _ticket[_seen++])
                {
                    Fail(CloseReason.ProtocolViolation, new PeerViolationException("The peer showed another ticket."));
                    return;
                }
            }
        }

        Lower.Tell(new Consumed(used), Self);
        if (_seen == _ticket.Length)
        {
            _timer?.Stop();
            Open();
            if (used < data.Length)
            {
                base.OnReceived(data.Slice(used)); // the owner's
            }
        }
    }

    protected override void OnMessage(object message)
    {
        if (message is TicketTimeoutException late)
        {
            Fail(CloseReason.TimedOut, late);
        }
        else
        {
            base.OnMessage(message);
        }
    }

    protected override void PostStop() => _timer?.Stop();
}
