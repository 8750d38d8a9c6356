using System;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>
/// An SMTP server on the simulated network that replies to each command by its first word, and to the content of a message nothing.
/// </summary>
internal sealed class ScriptedServer(params (string Word, string Reply)[] script)
{
    private int _read;
    private bool _inContent;

    /// <summary>Called after every receive, with everything that was received.</summary>
    public Action<SimulatedPeer, string>? Then { get; set; }

    public SimulatedPeer Peer { get; private set; } = null!;

    public string Received => Peer.ReceivedText;

    public void Accept(SimulatedPeer peer)
    {
        Peer = peer;
        peer.OnReceived = Reply;
        peer.Send("220 mx\r\n");
    }

    private void Reply(SimulatedPeer peer)
    {
        string all = peer.ReceivedText;
        for (int end; !_inContent && (end = all.IndexOf("\r\n", _read, StringComparison.Ordinal)) >= 0; _read = end + 2)
        {
            string line = all[_read..end];
            foreach ((string word, string reply) in script)
            {
                if (!line.StartsWith(word, StringComparison.Ordinal))
                    continue;
                _inContent = reply.StartsWith("354", StringComparison.Ordinal);
                if (reply.Length > 0)
                    peer.Send(reply);
            }
        }

        Then?.Invoke(peer, all);
    }
}
