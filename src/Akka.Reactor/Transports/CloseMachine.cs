using System;

namespace Akka.Reactor.Transports;

/// <summary>What a connection has to do after an input to its <see cref="CloseMachine"/>.</summary>
[Flags]
internal enum CloseActions : byte
{
    None = 0,

    /// <summary>Everything accepted is delivered: shut down writing.</summary>
    SendFin = 1,

    /// <summary>Tell the owner that the peer has finished.</summary>
    TellPeerFinished = 2,

    /// <summary>Read and discard until the peer's FIN or the linger timeout.</summary>
    Linger = 4,

    /// <summary>Both directions are finished, or nobody waits any more: release the descriptor.</summary>
    End = 8,

    /// <summary>Everything accepted was handed to the kernel: reset the connection once the peer's TCP has it.</summary>
    ResetWhenDelivered = 16,
}

/// <summary>
/// The close of one TCP connection, as a pure state machine of two halves: what we send (open, finishing: FIN is owed
/// once the queue is empty, finished) and what the peer sends (open, finished), and whether our side wants it all to
/// end.
/// </summary>
internal struct CloseMachine
{
    private bool _closeRequested;
    private bool _thenReset;
    private bool _cut;
    private bool _finOwed;
    private bool _finished;
    private bool _peerFinished;
    private bool _ended;

    /// <summary>False from <see cref="Close"/> or <see cref="CloseWrite"/> on.</summary>
    internal readonly bool AcceptsWrites => !_finOwed && !_finished && !_ended;

    /// <summary>True while the peer may still send.</summary>
    internal readonly bool Reads => !_peerFinished && !_ended;

    /// <summary>True while nothing is left to do but wait for the peer: for its FIN, or until its TCP has everything.</summary>
    internal readonly bool Lingers => _closeRequested && _finished && !_peerFinished && !_ended;

    /// <summary>True once <see cref="Close"/> was accepted: what is received has no taker any more.</summary>
    internal readonly bool CloseRequested => _closeRequested;

    /// <summary>True once our FIN was handed to the kernel.</summary>
    internal readonly bool FinSent => _finished && !_cut;

    /// <summary>True when the peer is to be reset at the end, once its TCP has everything.</summary>
    internal readonly bool ThenReset => _thenReset;

    internal readonly bool Ended => _ended;

    /// <summary>Our side wants to end after delivery.</summary>
    /// <param name="drained">Nothing waits to be sent.</param>
    /// <param name="thenReset">What was sent is not the whole: no FIN that was not owed before, but a reset.</param>
    internal CloseActions Close(bool drained, bool thenReset = false)
    {
        if (_closeRequested || _ended)
        {
            return CloseActions.None;
        }

        _closeRequested = true;
        _thenReset = thenReset;
        if (_finished)
        {
            return Finished();
        }

        _cut = thenReset && !_finOwed;
        _finOwed = true;
        return drained ? Drained() : CloseActions.None;
    }

    /// <summary>Our side wants to send no more.</summary>
    internal CloseActions CloseWrite(bool drained)
    {
        if (!AcceptsWrites)
        {
            return CloseActions.None;
        }

        _finOwed = true;
        return drained ? Drained() : CloseActions.None;
    }

    /// <summary>Nothing waits to be sent.</summary>
    internal CloseActions Drained()
    {
        if (!_finOwed || _ended)
        {
            return CloseActions.None;
        }

        _finOwed = false;
        _finished = true;
        return (_cut ? CloseActions.None : CloseActions.SendFin) | Finished();
    }

    /// <summary>The peer sent its FIN.</summary>
    internal CloseActions PeerFin()
    {
        if (_peerFinished || _ended)
        {
            return CloseActions.None;
        }

        _peerFinished = true;
        CloseActions actions = _closeRequested ? CloseActions.None : CloseActions.TellPeerFinished;
        return actions | (_finished ? Finished() : CloseActions.None);
    }

    /// <summary>It is over, for whatever reason. Returns false if it was already.</summary>
    internal bool End()
    {
        bool first = !_ended;
        _ended = true;
        return first;
    }

    // All that we send is out.
    private readonly CloseActions Finished() =>
        _thenReset ? CloseActions.ResetWhenDelivered
        : _peerFinished ? CloseActions.End
        : _closeRequested ? CloseActions.Linger
        : CloseActions.None;
}
