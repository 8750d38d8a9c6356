using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Text;
using Akka.Reactor.Simulated;

namespace Akka.Reactor;

/// <summary>
/// The other end of a connection, as a plain object that follows a script. Calls of <c>Send</c>, <c>Pause</c>,
/// <c>Finish</c> and <c>Reset</c> add steps to the script, which run in this order on virtual time. By default the peer
/// reads received bytes immediately.
/// </summary>
/// <remarks>Use a peer on the simulation's thread, between the runs of the simulation or in the callbacks of the peer.</remarks>
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

    /// <summary>Called on the simulation's thread after bytes have been received. The callback can answer them.</summary>
    public Action<SimulatedPeer>? OnReceived { get; set; }

    /// <summary>The peer's own end point.</summary>
    public IPEndPoint LocalEndPoint => _end.Local;

    /// <summary>The end point to which the peer is connected.</summary>
    public IPEndPoint RemoteEndPoint => _end.Remote;

    /// <summary>True once the connection is established. It stays true after the connection has ended.</summary>
    public bool Connected => _end.State.Connected;

    /// <summary>True if the connect failed, for example because nothing listens on the remote end point.</summary>
    public bool Refused { get; private set; }

    /// <summary>True if the connection was reset, but not by this peer.</summary>
    public bool WasReset { get; private set; }

    /// <summary>True if the other side has sent FIN and the peer has read everything that was sent before.</summary>
    public bool OtherFinished { get; private set; }

    /// <summary>True if the connection has ended in both directions, by a close or by a reset.</summary>
    public bool Ended => _end.State.Finished;

    /// <summary>All bytes received so far.</summary>
    public ReadOnlyMemory<byte> Received => _received.WrittenMemory;

    /// <summary>The bytes of <see cref="Received"/> as Latin-1 text.</summary>
    public string ReceivedText => Encoding.Latin1.GetString(_received.WrittenSpan);

    /// <summary>
    /// Whether the peer sends its own FIN after the other side has finished and the script is done. The default is true.
    /// </summary>
    public bool AnswersFin { get; set; } = true;

    /// <summary>Adds a step to the script: sends the given bytes.</summary>
    /// <param name="data">The bytes to send. They must not change after this call.</param>
    /// <param name="cut">The largest number of bytes that travel together. 0 means that only the network cuts the bytes.</param>
    /// <param name="between">The time between two cuts.</param>
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

    /// <summary>Adds a step to the script: sends the given text in Latin-1.</summary>
    /// <inheritdoc cref="Send(ReadOnlyMemory{byte}, int, TimeSpan)"/>
    public void Send(string data, int cut = 0, TimeSpan between = default) =>
        Send(Encoding.Latin1.GetBytes(data), cut, between);

    /// <summary>Adds a step to the script: does nothing for the given time.</summary>
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

    /// <summary>Adds a step to the script: sends FIN. The peer still reads what the other side sends.</summary>
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

    /// <summary>Adds a step to the script: resets the connection.</summary>
    public void Reset() =>
        Then(() =>
        {
            ResetNow();
            return true;
        });

    /// <summary>Resets the connection immediately. The remaining steps of the script are dropped.</summary>
    public void ResetNow()
    {
        _script.Clear();
        if (!_end.State.Dead)
        {
            _end.Close(reset: true);
        }
    }

    /// <summary>
    /// Stops reading. Received bytes stay in the buffers, so that the sender has to stop when the buffers are full.
    /// </summary>
    public void StopReading() => _reading = false;

    /// <summary>Starts reading again.</summary>
    public void ResumeReading()
    {
        _reading = true;
        React();
    }

    /// <summary>From now on reads at most the given number of bytes, then pauses for the given time.</summary>
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
            // A cut is sent only when the previous cut has left the send buffer, so that the two do not merge on this side.
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
            // If the step was a reset, it has already emptied the script.
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
