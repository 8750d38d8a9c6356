using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>
/// Connections come and go as fast as they can, most of them by a reset and many with an answer under way, so that every
/// descriptor is used again and again: no byte and no event of one may reach another. AKKA_REACTOR_SOAK=1: for a minute.
/// </summary>
public abstract class EngineChurnSpec
{
    private const int AtOnce = 32;
    private const int TokenSize = 8;
    private readonly IPlatform _platform;
    private readonly Action<string> _say;

    /// <param name="platform">What is under test.</param>
    /// <param name="say">Takes a line for the test's output.</param>
    private protected EngineChurnSpec(IPlatform platform, Action<string> say)
    {
        _platform = platform;
        _say = say;
    }

    [EngineFact]
    public void Connections_that_come_and_go_get_their_own_bytes_and_events_and_no_others()
    {
        bool soak = Soak.IsOn;
        TimeSpan duration = TimeSpan.FromSeconds(soak ? 60 : 2);
        int seed = Environment.TickCount;
        _say($"seed {seed}");
        using Churn churn = new(_platform, new Random(seed));
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration || !churn.HasSeenAll)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < duration + Churn.Patience,
                $"In {duration + Churn.Patience} only {churn}."
            );
            churn.Turn();
        }

        churn.Finish();
        _say($"{churn}");
    }

    /// <summary>A client and a server of many connections on one engine.</summary>
    private sealed class Churn : IDisposable
    {
        internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
        private readonly ISockets _sockets;
        private readonly IWakeSignal _wake;
        private readonly IEngine _engine;
        private readonly Random _random;
        private readonly nint _listener;
        private readonly Registration _accepting;
        private readonly IPEndPoint _endPoint;
        private readonly HashSet<End> _open = [];
        private readonly HashSet<nint> _used = [];
        private readonly EngineEvent[] _events = new EngineEvent[24];
        private readonly byte[] _buffer = new byte[64];
        private long _lastToken;
        private int _clients;

        internal Churn(IPlatform platform, Random random)
        {
            _sockets = platform.Sockets;
            _wake = platform.CreateWakeSignal();
            _engine = platform.CreateEngine(_wake);
            _random = random;
            _listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 512);
            _endPoint = (IPEndPoint)_sockets.LocalEndPoint(_listener);
            _accepting = _engine.Register(_listener, SocketKind.Listening, this);
            _engine.SetInterest(_accepting, Interest.Read);
        }

        /// <summary>True when there was enough of everything for a mistake to show, however slow the machine is.</summary>
        internal bool HasSeenAll => Echoed > 100 && Reset > 100 && Reused > 100;

        private int Echoed { get; set; }

        private int Reset { get; set; }

        private int Reused { get; set; }

        public override string ToString() => $"{Echoed} echoed, {Reset} reset, {Reused} descriptors used again";

        internal void Turn()
        {
            while (_clients < AtOnce)
            {
                Dial();
            }

            WaitOnce();
        }

        /// <summary>Lets what is under way come to its end.</summary>
        internal void Finish()
        {
            long started = Stopwatch.GetTimestamp();
            while (_open.Count > 0)
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{_open.Count} ends did not finish.");
                WaitOnce();
            }
        }

        private void WaitOnce()
        {
            foreach (EngineEvent engineEvent in _events.AsSpan(0, _engine.Wait(_events, 1000)))
            {
                // Closed earlier in this batch.
                if (!engineEvent.Registration.Active)
                {
                    continue;
                }

                if (engineEvent.Registration == _accepting)
                {
                    Accept();
                    continue;
                }

                End end = Assert.IsType<End>(engineEvent.Registration.Target);
                Assert.Same(end.Registration, engineEvent.Registration);
                Assert.Contains(end, _open);
                OnReady(end, engineEvent.Readiness);
            }
        }

        private void Dial()
        {
            End end = new() { Token = ++_lastToken, IsClient = true };
            Register(end, _sockets.Connect(_endPoint), SocketKind.ConnectInProgress);
            _engine.SetInterest(end.Registration!, Interest.Write);
            _clients++;
        }

        private void Accept()
        {
            AcceptResult result;
            while ((result = _engine.Accept(_accepting)).Fault == SocketFault.None)
            {
                End end = new();
                Register(end, result.Descriptor, SocketKind.Stream);
                _engine.SetInterest(end.Registration!, Interest.Read);
            }
        }

        private void Register(End end, nint descriptor, SocketKind kind)
        {
            if (!_used.Add(descriptor))
            {
                Reused++;
            }

            end.Registration = _engine.Register(descriptor, kind, end);
            _open.Add(end);
        }

        private void OnReady(End end, Readiness readiness)
        {
            if (end.Registration!.Kind == SocketKind.ConnectInProgress)
            {
                Connected(end);
            }
            else if (end.Sending is not null)
            {
                Send(end);
            }
            else if ((readiness & (Readiness.Readable | Readiness.Fault)) != 0)
            {
                Receive(end);
            }
        }

        private void Connected(End end)
        {
            nint descriptor = end.Registration!.Descriptor;
            Assert.Equal(SocketFault.None, _sockets.TakeError(descriptor).Fault);
            Registration connecting = end.Registration;
            _engine.Deregister(connecting);
            end.Registration = _engine.Register(descriptor, SocketKind.Stream, end, connecting);
            _engine.SetInterest(end.Registration, Interest.Read);
            BinaryPrimitives.WriteInt64LittleEndian(end.Bytes, end.Token);
            end.Sending = end.Bytes;
            Send(end);
        }

        private void Send(End end)
        {
            IoResult result = _engine.Send(end.Registration!, end.Sending);
            if (result.IsPending)
            {
                return;
            }

            if (!result.Succeeded)
            {
                End(end);
                return;
            }

            Assert.Equal(TokenSize, result.Count);
            end.Sending = null;

            // Some leave before the answer, which comes for a descriptor that is another connection's by then.
            if (end.IsClient && _random.Next(10) < 3)
            {
                Leave(end);
            }
        }

        private void Receive(End end)
        {
            IoResult result = _engine.Receive(end.Registration!, _buffer);
            if (result.WouldBlock)
            {
                return;
            }

            if (!result.Succeeded || result.Count == 0)
            {
                End(end);
                return;
            }

            Assert.Equal(TokenSize, result.Count);
            long token = BinaryPrimitives.ReadInt64LittleEndian(_buffer);
            if (end.IsClient)
            {
                Assert.Equal(end.Token, token);
                Echoed++;
                Leave(end);
            }
            else
            {
                Assert.True(end.Token == 0, "A second token came on one connection.");
                Assert.InRange(token, 1, _lastToken);
                end.Token = token;
                BinaryPrimitives.WriteInt64LittleEndian(end.Bytes, token);
                end.Sending = end.Bytes;
                Send(end);
            }
        }

        // The client goes, seven times of ten by a reset; the server's end follows when it hears of it.
        private void Leave(End end)
        {
            bool reset = _random.Next(10) < 7;
            End(end, reset);
            if (reset)
            {
                Reset++;
            }
        }

        private void End(End end, bool reset = false)
        {
            Registration registration = end.Registration!;
            _engine.Deregister(registration);
            if (reset)
            {
                _sockets.Reset(registration.Descriptor);
            }
            else
            {
                _sockets.Close(registration.Descriptor);
            }

            _open.Remove(end);
            if (end.IsClient)
            {
                _clients--;
            }
        }

        public void Dispose()
        {
            _engine.Dispose();
            foreach (End end in _open)
            {
                _sockets.Close(end.Registration!.Descriptor);
            }

            _sockets.Close(_listener);
            _wake.Dispose();
        }
    }

    /// <summary>One end of a connection.</summary>
    private sealed class End
    {
        internal Registration? Registration { get; set; }

        internal bool IsClient { get; init; }

        /// <summary>What was sent on this connection; 0 at the server until it came.</summary>
        internal long Token { get; set; }

        internal byte[] Bytes { get; } = new byte[TokenSize];

        /// <summary>What the engine has not answered for yet.</summary>
        internal byte[]? Sending { get; set; }
    }
}
