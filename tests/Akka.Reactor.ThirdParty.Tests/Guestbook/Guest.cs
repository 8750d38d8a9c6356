using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.ThirdParty.Tests.Guestbook;

/// <summary>To a <see cref="Guest"/>: enter this. Its sender receives <see cref="Entered"/>.</summary>
public sealed record Enter(string Text);

/// <summary>The entry has this number.</summary>
public sealed record Entered(string Text, int Number);

/// <summary>A client's protocol. It survives its connections, and enters again what a lost one has not answered.</summary>
public sealed class Guest : LineProtocol
{
    private readonly Queue<(string Text, IActorRef Sender)> _unanswered = new();
    private bool _greeted;

    protected override void OnLine(ReadOnlySequence<byte> line)
    {
        if (!_greeted)
        {
            _greeted = true;
            foreach ((string text, _) in _unanswered)
            {
                Send(text);
            }
        }
        else if (_unanswered.TryDequeue(out (string Text, IActorRef Sender) entry))
        {
            int number = int.Parse(Encoding.ASCII.GetString(line), CultureInfo.InvariantCulture);
            entry.Sender.Tell(new Entered(entry.Text, number));
        }
    }

    protected override void OnMessage(object message)
    {
        if (message is not Enter entry)
        {
            base.OnMessage(message);
            return;
        }

        _unanswered.Enqueue((entry.Text, Sender));
        if (_greeted)
        {
            Send(entry.Text);
        }
    }

    protected override void OnClosed(Closed closed)
    {
        _greeted = false;
        base.OnClosed(closed);
    }

    private void Send(string text) => Write(Encoding.UTF8.GetBytes($"{text}\r\n"));
}
