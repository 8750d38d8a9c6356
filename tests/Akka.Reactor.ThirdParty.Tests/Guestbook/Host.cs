using System.Buffers;
using System.Globalization;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.ThirdParty.Tests.Guestbook;

/// <summary>A server's protocol: answers every line with its number, and closes after the last one that it takes.</summary>
public sealed class Host(string greeting, int maxEntries) : LineProtocol, IConfigured<Props>
{
    private int _entries;

    public static Props FromConfiguration(SettingsReader options, ActorSystem system) =>
        Props.Create<Host>(options.Text("greeting", "Welcome"), options.Count("max-entries", 100, min: 1));

    protected override void OnConnected() => Answer(greeting);

    protected override void OnLine(ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
        {
            Abort(new PeerViolationException("An entry was empty."));
            return;
        }

        _entries++;
        Answer(_entries.ToString(CultureInfo.InvariantCulture));
        if (_entries == maxEntries)
        {
            Close(); // delivers the answer first
        }
    }

    private void Answer(string text) => Write(Encoding.UTF8.GetBytes($"{text}\r\n"));
}
