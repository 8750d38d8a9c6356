using System;

namespace Akka.Reactor.Transports;

/// <summary>The actions that a connection has to take after an input to its <see cref="CloseMachine"/>.</summary>
[Flags]
internal enum CloseActions : byte
{
    None = 0,

    /// <summary>Shut down writing, because everything accepted is delivered.</summary>
    SendFin = 1,

    /// <summary>Tell the owner that the peer has finished.</summary>
    TellPeerFinished = 2,

    /// <summary>Read and discard until the peer's FIN or the linger timeout.</summary>
    Linger = 4,

    /// <summary>Release the descriptor, because both directions are finished or nobody waits any more.</summary>
    End = 8,

    /// <summary>Reset the connection once the peer's TCP has everything. Everything accepted was handed to the kernel.</summary>
    ResetWhenDelivered = 16,
}

/// <summary>
/// The close of one TCP connection, as a pure state machine. It has two halves: the bytes that we send (open; finishing: FIN is
/// owed once the queue is empty; finished) and the bytes that the peer sends (open; finished). It also knows whether our side wants
/// to end both.
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

    /// <summary>False after <see cref="Close"/> or <see cref="CloseWrite"/>, and after the end.</summary>
    internal readonly bool AcceptsWrites => !_finOwed && !_finished && !_ended;

    /// <summary>True while the peer may still send.</summary>
    internal readonly bool Reads => !_peerFinished && !_ended;

    /// <summary>True while the connection only waits for the peer: for its FIN, or until its TCP has everything.</summary>
    internal readonly bool Lingers => _closeRequested && _finished && !_peerFinished && !_ended;

    /// <summary>True once <see cref="Close"/> was accepted: received bytes have no taker any more.</summary>
    internal readonly bool CloseRequested => _closeRequested;

    /// <summary>True once our FIN was handed to the kernel.</summary>
    internal readonly bool FinSent => _finished && !_cut;

    /// <summary>True when the connection is to end with a reset, once the peer's TCP has everything.</summary>
    internal readonly bool ThenReset => _thenReset;

    internal readonly bool Ended => _ended;

    /// <summary>Ends the connection after delivery, because our side wants it.</summary>
    /// <param name="drained">True if nothing waits to be sent.</param>
    /// <param name="thenReset">
    /// True if the sent bytes are not the whole: a reset takes the place of FIN, unless FIN was already owed.
    /// </param>
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

    /// <summary>Finishes our half, because our side wants to send no more.</summary>
    internal CloseActions CloseWrite(bool drained)
    {
        if (!AcceptsWrites)
        {
            return CloseActions.None;
        }

        _finOwed = true;
        return drained ? Drained() : CloseActions.None;
    }

    /// <summary>Notes that nothing waits to be sent.</summary>
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

    /// <summary>Notes that the peer has sent its FIN.</summary>
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

    /// <summary>Notes the end of the connection, for any reason. Returns false if it had already ended.</summary>
    internal bool End()
    {
        bool first = !_ended;
        _ended = true;
        return first;
    }

    // Returns the actions after our half has finished.
    private readonly CloseActions Finished() =>
        _thenReset ? CloseActions.ResetWhenDelivered
        : _peerFinished ? CloseActions.End
        : _closeRequested ? CloseActions.Linger
        : CloseActions.None;
}
