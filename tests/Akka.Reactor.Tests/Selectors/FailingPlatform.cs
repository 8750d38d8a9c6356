using System;
using System.Threading;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>The machine's own platform, whose engines fail when they are told to.</summary>
internal sealed class FailingPlatform(string engine = "auto") : IPlatform
{
    private readonly IPlatform _real = Platforms.Resolve(engine);
    private Exception? _failNextAccept;
    private int _accepts;
    private int _waits;
    private int _engines;
    private int _waiting;
    private int _refused;
    private nint _listening = -1;

    /// <summary>How many engines were made.</summary>
    internal int Engines => Volatile.Read(ref _engines);

    /// <summary>How many were disposed.</summary>
    internal int Disposed { get; private set; }

    /// <summary>True while a loop waits in an engine.</summary>
    internal bool Waiting => Volatile.Read(ref _waiting) == 1;

    /// <summary>The next wait throws this.</summary>
    internal Exception? FailNextWait { get; set; }

    /// <summary>No engine can be made.</summary>
    internal bool Exhausted { get; set; }

    /// <summary>How often an engine was refused.</summary>
    internal int Refused => Volatile.Read(ref _refused);

    /// <summary>Every wait throws this.</summary>
    internal Exception? FailWaits { get; set; }

    /// <summary>The next accept, of whatever listener, throws this.</summary>
    internal Exception? FailNextAccept
    {
        set => Volatile.Write(ref _failNextAccept, value);
    }

    /// <summary>The next accept, of whatever listener, is answered with this.</summary>
    internal SocketFault NextAccept { get; set; }

    /// <summary>Every accept, of whatever listener, is answered with this.</summary>
    internal SocketFault FailAccepts { get; set; }

    /// <summary>How often it was tried to accept.</summary>
    internal int Accepts => Volatile.Read(ref _accepts);

    /// <summary>How often a loop has waited.</summary>
    internal int Waits => Volatile.Read(ref _waits);

    /// <summary>
    /// The listening socket registered last. Waits for the first: a loop may say that it is bound before it is registered.
    /// </summary>
    internal nint Listening
    {
        get
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref _listening) >= 0, TimeSpan.FromSeconds(30));
            return Volatile.Read(ref _listening);
        }
    }

    /// <summary>Told of every send that succeeded: where, and how much; and, with 0, of every wait.</summary>
    internal Action<nint, int>? Sent { get; set; }

    /// <summary>An actor system with this for its network.</summary>
    internal ActorSystem CreateSystem(string name, string configuration) =>
        ActorSystem.Create(
            name,
            ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(configuration)),
                new ReactorSetup(this, TimeProvider.System, ThreadRunner.Instance)
            )
        );

    /// <summary>The next deregistration throws this, and leaves the registration as it was.</summary>
    internal Exception? FailNextDeregister { get; set; }

    public string EngineName => _real.EngineName;

    public ISockets Sockets => _real.Sockets;

    public IWakeSignal CreateWakeSignal() => _real.CreateWakeSignal();

    public IEngine CreateEngine(IWakeSignal wake)
    {
        if (Exhausted)
        {
            Interlocked.Increment(ref _refused);
            throw new SocketFaultException("epoll_create1", SocketFault.OutOfResources, 24, "Too many open files");
        }

        Interlocked.Increment(ref _engines);
        return new FailingEngine(this, _real.CreateEngine(wake));
    }

    private sealed class FailingEngine(FailingPlatform platform, IEngine real) : IEngine
    {
        public Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null)
        {
            if (kind == SocketKind.Listening)
            {
                Volatile.Write(ref platform._listening, descriptor);
            }

            return real.Register(descriptor, kind, target, previous);
        }

        public void SetInterest(Registration registration, Interest interest) =>
            real.SetInterest(registration, interest);

        public void Deregister(Registration registration)
        {
            if (platform.FailNextDeregister is { } failure)
            {
                platform.FailNextDeregister = null;
                throw failure;
            }

            real.Deregister(registration);
        }

        public IoResult Receive(Registration registration, Span<byte> buffer) => real.Receive(registration, buffer);

        public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
        {
            IoResult result = real.Send(registration, buffer);
            if (result.Count > 0)
            {
                platform.Sent?.Invoke(registration.Descriptor, result.Count);
            }

            return result;
        }

        public IoResult SendFile(Registration registration, in FileRange file) => real.SendFile(registration, file);

        public AcceptResult Accept(Registration listener)
        {
            if (Interlocked.Exchange(ref platform._failNextAccept, null) is { } failure)
            {
                throw failure;
            }

            Interlocked.Increment(ref platform._accepts);
            SocketFault fault = platform.NextAccept == SocketFault.None ? platform.FailAccepts : platform.NextAccept;
            platform.NextAccept = SocketFault.None;
            return fault == SocketFault.None ? real.Accept(listener) : new AcceptResult(-1, null, fault, 9);
        }

        public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
        {
            platform.Sent?.Invoke(0, 0);
            Interlocked.Increment(ref platform._waits);
            if (platform.FailWaits is { } always)
            {
                throw always;
            }

            if (platform.FailNextWait is { } failure)
            {
                platform.FailNextWait = null;
                throw failure;
            }

            Volatile.Write(ref platform._waiting, timeoutMilliseconds == 0 ? 0 : 1);
            int count = real.Wait(events, timeoutMilliseconds);
            Volatile.Write(ref platform._waiting, 0);
            return count;
        }

        public void Dispose()
        {
            platform.Disposed++;
            real.Dispose();
        }
    }
}
