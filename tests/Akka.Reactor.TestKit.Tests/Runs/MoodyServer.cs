using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>How a <see cref="MoodyServer"/> ends its connection.</summary>
internal enum Ending
{
    /// <summary>Close with everything still queued; what the peer sends after that is discarded.</summary>
    Close,

    /// <summary>The same, and its actor stops at once.</summary>
    CloseAndStop,

    /// <summary>Half-close with everything queued; the rest is read, and then it closes.</summary>
    HalfClose,

    /// <summary>Half-close when the last write is acknowledged.</summary>
    HalfCloseAfterAck,

    /// <summary>It waits for the peer's end, and closes.</summary>
    AfterPeer,

    /// <summary>Abort at some time.</summary>
    Abort,
}

/// <summary>What one such protocol was to do, and what it saw.</summary>
internal sealed class Moods(int seed)
{
    internal SeededRandom Random { get; } = new(seed);

    internal byte[] Data { get; set; } = [];

    internal Ending Ending { get; set; }

    /// <summary>Up to how many bytes are written together.</summary>
    internal int Piece { get; set; }

    /// <summary>How often it suspends reading, and resumes.</summary>
    internal int Naps { get; set; }

    internal bool Connected { get; set; }

    internal MemoryStream Received { get; } = new();

    internal List<CloseReason> Ends { get; } = [];

    /// <summary>Bytes acknowledged.</summary>
    internal int Acknowledged { get; set; }

    internal int Written { get; set; }

    internal int Answered { get; set; }

    /// <summary>What went against the promises, if anything did.</summary>
    internal string? Broken { get; set; }

    internal bool PeerFinished { get; set; }
}

/// <summary>
/// Sends its data as fast as it may, again from where a write was refused, while it stops and starts reading as it likes, and
/// ends in one of several ways.
/// </summary>
internal sealed class MoodyServer(Func<EndPoint, Moods> moods) : ProtocolActor
{
    private Moods _moods = null!;
    private ConnectionTimer? _nap;
    private int _next;
    private int _naps;
    private bool _napping;
    private bool _refused;
    private bool _halfClosed;

    protected override void OnConnected()
    {
        _moods = moods(Connection.Remote);
        _moods.Connected = true;
        _nap = CreateTimer("nap");
        _naps = _moods.Naps;
        WriteMore();
        NapLater();
        switch (_moods.Ending)
        {
            case Ending.Close:
                Close();
                break;
            case Ending.CloseAndStop:
                Close();
                Context.Stop(Self);
                break;
            case Ending.HalfClose:
                _halfClosed = true;
                CloseWrite();
                break;
        }
    }

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        if (_napping)
        {
            _moods.Broken = "bytes were offered while reading was suspended";
        }

        // Not all at once, so that some is kept and offered again.
        ReadOnlySequence<byte> used = data.Slice(0, 1 + (_moods.Random.Next((int)data.Length) & ~7));
        foreach (ReadOnlyMemory<byte> part in used)
        {
            _moods.Received.Write(part.Span);
        }

        return used.Length;
    }

    protected override void OnPeerFinished()
    {
        _moods.PeerFinished = true;
        if (_moods.Ending == Ending.AfterPeer || _halfClosed)
        {
            CloseWhenSent();
        }
    }

    protected override void OnWriteFailed(WriteFailed failure)
    {
        _moods.Answered++;
        if (failure.Reason is WriteRefusedException)
        {
            _next = Math.Min(_next, (int)failure.Write.Ack! - (int)((Write)failure.Write).Data.Length);
            _refused = true;
        }
    }

    protected override void OnWritable()
    {
        _refused = false;
        WriteMore();
    }

    protected override void OnMessage(object message)
    {
        if (message is int acknowledged)
        {
            _moods.Answered++;
            if (acknowledged <= _moods.Acknowledged)
            {
                _moods.Broken = $"the ack for {acknowledged} came after that for {_moods.Acknowledged}";
            }

            _moods.Acknowledged = acknowledged;
            if (acknowledged == _moods.Data.Length)
            {
                AllSent();
            }
        }
        else if (message is "nap")
        {
            Nap();
        }
    }

    protected override void OnClosed(Closed closed)
    {
        _nap?.Stop();
        _moods.Ends.Add(closed.Reason);
    }

    protected override void PostStop()
    {
        _nap?.Stop();
        base.PostStop();
    }

    private bool IsAllSent => _moods.Acknowledged == _moods.Data.Length;

    private void AllSent()
    {
        if (_moods.Ending == Ending.HalfCloseAfterAck)
        {
            _halfClosed = true;
            CloseWrite();
        }

        if (_moods.PeerFinished && _moods.Ending != Ending.Abort)
        {
            CloseWhenSent();
        }
    }

    private void CloseWhenSent()
    {
        if (IsAllSent || _moods.Ending == Ending.HalfClose)
        {
            Close();
        }
    }

    private void WriteMore()
    {
        while (!_refused && _next < _moods.Data.Length)
        {
            int count = Math.Min(1 + _moods.Random.Next(_moods.Piece), _moods.Data.Length - _next);
            _next += count;
            _moods.Written++;
            Write(_moods.Data.AsMemory(_next - count, count), _next);
        }
    }

    private void Nap()
    {
        if (_moods.Ending == Ending.Abort && _moods.Random.Chance(0.3))
        {
            Abort();
            return;
        }

        _napping = !_napping;
        if (_napping)
        {
            SuspendReading();
        }
        else
        {
            ResumeReading();
        }

        NapLater();
    }

    private void NapLater()
    {
        if (_napping || _naps-- > 0)
        {
            _nap!.Start(TimeSpan.FromMilliseconds(1 + _moods.Random.Next(60)));
        }
        else if (_moods.Ending == Ending.Abort)
        {
            Abort();
        }
    }
}
