using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Text;
using Akka.Reactor.Simulated;

namespace Akka.Reactor;

/// <summary>
/// The other end of a connection, as a plain object that follows a script: what it is told to send, to wait, to finish or to
/// reset is done in this order, on virtual time. It reads what comes at once unless told otherwise.
/// </summary>
/// <remarks>Used on the simulation's thread, between its runs or in its own callbacks.</remarks>
public sealed class SimulatedPeer
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedEnd _end;
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly Queue<Func<bool>> _script = new();
    private readonly byte[] _room = new byte[16 * 1024];
    private bool _pumping;
    private bool _waiting;
    private bool _reading = true;
    private int _readMost = int.MaxValue;
    private TimeSpan _readEvery;
    private bool _readLater;
    private bool _finished;

    internal SimulatedPeer(SimulatedNetwork network, SimulatedEnd end)
    {
        _network = network;
        _end = end;
        end.Changed = React;
    }

    /// <summary>Called after bytes came, on the simulation's thread: the place to answer them.</summary>
    public Action<SimulatedPeer>? OnReceived { get; set; }

    /// <summary>Its own address.</summary>
    public IPEndPoint LocalEndPoint => _end.Local;

    /// <summary>Where it is connected to.</summary>
    public IPEndPoint RemoteEndPoint => _end.Remote;

    /// <summary>True from the moment the connection stands, also when it has ended since.</summary>
    public bool Connected => _end.State.Connected;

    /// <summary>Nobody listened there.</summary>
    public bool Refused { get; private set; }

    /// <summary>The other side reset the connection.</summary>
    public bool WasReset { get; private set; }

    /// <summary>The other side has finished, and everything it sent was read.</summary>
    public bool OtherFinished { get; private set; }

    /// <summary>The connection is over for both sides, whichever way.</summary>
    public bool Ended => _end.State.Finished;

    /// <summary>Everything that was received so far.</summary>
    public ReadOnlyMemory<byte> Received => _received.WrittenMemory;

    /// <summary><see cref="Received"/> as Latin-1.</summary>
    public string ReceivedText => Encoding.Latin1.GetString(_received.WrittenSpan);

    /// <summary>Whether it sends its own FIN once the other side has finished and its script is done. Default true.</summary>
    public bool AnswersFin { get; set; } = true;

    /// <summary>Then: sends these bytes.</summary>
    /// <param name="data">Must not change any more.</param>
    /// <param name="cut">Bytes that travel together at most; 0 cuts only as the network does.</param>
    /// <param name="between">Time between two cuts.</param>
    public void Send(ReadOnlyMemory<byte> data, int cut = 0, TimeSpan between = default)
    {
        int size = cut <= 0 ? Math.Max(1, data.Length) : cut;
        for (int start = 0; start < data.Length; start += size)
        {
            if (start > 0 && between > TimeSpan.Zero)
            {
                Pause(between);
            }

            SendCut(data.Slice(start, Math.Min(size, data.Length - start)));
        }
    }

    /// <summary>Then: sends this text in Latin-1.</summary>
    /// <inheritdoc cref="Send(ReadOnlyMemory{byte}, int, TimeSpan)"/>
    public void Send(string data, int cut = 0, TimeSpan between = default) =>
        Send(Encoding.Latin1.GetBytes(data), cut, between);

    /// <summary>Then: does nothing for this long.</summary>
    public void Pause(TimeSpan time)
    {
        bool begun = false;
        bool over = false;
        Then(() =>
        {
            if (!begun)
            {
                begun = true;
                _waiting = true;
                _network.Agenda.Add(
                    _network.Clock.Ticks + time.Ticks,
                    () =>
                    {
                        over = true;
                        _waiting = false;
                        Pump();
                    }
                );
            }

            return over;
        });
    }

    /// <summary>Then: sends FIN. What the other side sends is still read.</summary>
    public void Finish() =>
        Then(() =>
        {
            if (!_end.State.Connected)
            {
                return _end.State.Dead;
            }

            _finished = true;
            _end.State.ShutdownWrite();
            _network.Transmit(_end);
            return true;
        });

    /// <summary>Then: resets the connection.</summary>
    public void Reset() =>
        Then(() =>
        {
            ResetNow();
            return true;
        });

    /// <summary>Resets the connection, whatever the script says.</summary>
    public void ResetNow()
    {
        _script.Clear();
        if (!_end.State.Dead)
        {
            _end.Close(reset: true);
        }
    }

    /// <summary>Leaves what comes where it is, so that the sender has to stop when the buffers are full.</summary>
    public void StopReading() => _reading = false;

    /// <summary>Reads again.</summary>
    public void ResumeReading()
    {
        _reading = true;
        React();
    }

    /// <summary>Reads at most so many bytes every so often.</summary>
    public void ReadSlowly(int bytes, TimeSpan every)
    {
        _readMost = bytes;
        _readEvery = every;
    }

    /// <inheritdoc/>
    public override string ToString() => _end.ToString();

    private void SendCut(ReadOnlyMemory<byte> data)
    {
        int sent = 0;
        Then(() =>
        {
            // A cut leaves when the one before has left: so they do not run together on this side.
            while (!_end.State.Dead && _end.State.Connected && _end.State.Unsent == 0 && sent < data.Length)
            {
                sent += _end.State.Send(data.Span[sent..]).Count;
                _network.Transmit(_end);
            }

            return _end.State.Dead || (sent == data.Length && _end.State.Unsent == 0);
        });
    }

    private void Then(Func<bool> step)
    {
        _script.Enqueue(step);
        Pump();
    }

    private void React()
    {
        Refused |= _end.State is { Dead: true, Connected: false };
        if (_reading && !_readLater)
        {
            Read();
        }

        Pump();
    }

    private void Read()
    {
        int before = _received.WrittenCount;
        int most = _readMost;
        while (most > 0 && !OtherFinished && !WasReset)
        {
            Polling.Sockets.IoResult result = _end.State.Receive(_room.AsSpan(0, Math.Min(most, _room.Length)));
            if (result.Count > 0)
            {
                _received.Write(_room.AsSpan(0, result.Count));
                most -= result.Count;
                _network.AnnounceRoom(_end);
                continue;
            }

            OtherFinished |= result.Succeeded && !_end.State.Closed;
            WasReset |= !result.Succeeded && !result.WouldBlock && _end.State.Connected;
            break;
        }

        if (most == 0)
        {
            _readLater = true;
            _network.Agenda.Add(
                _network.Clock.Ticks + _readEvery.Ticks,
                () =>
                {
                    _readLater = false;
                    React();
                }
            );
        }

        if (_received.WrittenCount > before)
        {
            OnReceived?.Invoke(this);
        }
    }

    private void Pump()
    {
        if (_pumping)
        {
            return;
        }

        _pumping = true;
        while (!_waiting && _script.TryPeek(out Func<bool>? step) && step())
        {
            // A reset has emptied the script.
            _script.TryDequeue(out _);
        }

        _pumping = false;
        if (OtherFinished && AnswersFin && _script.Count == 0 && !_end.State.Closed)
        {
            if (!_finished)
            {
                Finish();
            }

            _end.Close(reset: false);
        }
    }
}
