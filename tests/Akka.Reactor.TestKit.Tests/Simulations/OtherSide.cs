using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The peer of a connection under test, in the clear or over TLS.</summary>
internal abstract class OtherSide
{
    internal abstract void Send(string text);

    /// <summary>Sends its end: FIN, over TLS behind close_notify.</summary>
    internal abstract void Finish();

    internal abstract void Reset();

    /// <summary>A peer in the clear.</summary>
    internal sealed class Plain(SimulatedPeer peer) : OtherSide
    {
        internal override void Send(string text) => peer.Send(text);

        internal override void Finish() => peer.Finish();

        internal override void Reset() => peer.Reset();
    }

    /// <summary>A peer that speaks TLS: a protocol of another system.</summary>
    internal sealed class Secure(IActorRef partner) : OtherSide
    {
        internal override void Send(string text) => partner.Tell(text);

        internal override void Finish() => partner.Tell(CloseWrite.Instance);

        internal override void Reset() => partner.Tell(Abort.Instance);
    }

    /// <summary>
    /// The protocol of a <see cref="Secure"/> peer. It can be the SOCKS5 proxy and the server behind it at once: it answers the client's
    /// requests, and then starts TLS.
    /// </summary>
    internal sealed class Partner(List<OtherSide> sides, bool isProxy) : ProtocolActor
    {
        private const int GreetingLength = 3;
        private bool _isOpen = !isProxy;

        protected override void OnConnected()
        {
            if (_isOpen)
            {
                sides.Add(new Secure(Self));
            }
        }

        protected override void OnSecured(TlsInfo info) => sides.Add(new Secure(Self));

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (!_isOpen)
            {
                _isOpen = data.Length > GreetingLength;
                Write(_isOpen ? "\u0005\0\0\u0001\u007f\0\0\u0001\u0004\u0038"u8 : "\u0005\0"u8);
                if (_isOpen)
                {
                    StartTls();
                }
            }

            return data.Length;
        }

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case string text:
                    Write(Encoding.ASCII.GetBytes(text));
                    break;
                case Akka.Reactor.CloseWrite:
                    CloseWrite();
                    break;
                case Akka.Reactor.Abort:
                    Abort();
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}
