using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>
/// A machine on the simulated network, with its descriptors and its ports. It is used on the simulation's thread.
/// </summary>
internal sealed class SimulatedHost(SimulatedNetwork network, IPAddress address) : ISockets
{
    private const int FirstPort = 32768;
    private const int LastPort = 60999;

    // Any thread may open a descriptor when a system is created, and close it when the system ends.
    private readonly Lock _gate = new();
    private readonly List<SimulatedFile?> _files = [];
    private readonly Dictionary<IPEndPoint, SimulatedListener> _listeners = [];
    private int _lastPort = FirstPort - 1;

    internal SimulatedNetwork Network => network;

    internal IPAddress Address => address;

    /// <summary>False: the host has no address ::1.</summary>
    internal bool HasIpv6Loopback { get; set; } = true;

    /// <summary>The number of open sockets.</summary>
    internal int OpenSockets => _files.Count(file => file is SimulatedEnd or SimulatedListener);

    /// <summary>The number of open descriptors of all kinds.</summary>
    internal int OpenDescriptors => _files.Count(file => file is not null);

    /// <summary>True when as many descriptors are open as <see cref="SimulatedFaults.DescriptorLimit"/> allows.</summary>
    internal bool IsOutOfDescriptors => network.Faults.DescriptorLimit is var limit and > 0 && OpenDescriptors >= limit;

    /// <summary>Returns the file of a descriptor, or null.</summary>
    internal SimulatedFile? At(nint descriptor) =>
        descriptor >= 0 && descriptor < _files.Count ? _files[(int)descriptor] : null;

    /// <summary>Gives the file the lowest free descriptor, and returns this descriptor.</summary>
    internal int Open(SimulatedFile file)
    {
        lock (_gate)
        {
            int descriptor = _files.IndexOf(null);
            if (descriptor < 0)
            {
                descriptor = _files.Count;
                _files.Add(null);
            }

            _files[descriptor] = file;
            file.Descriptor = descriptor;
            return descriptor;
        }
    }

    internal int TakePort() => _lastPort = _lastPort >= LastPort ? FirstPort : _lastPort + 1;

    internal SimulatedListener? FindListener(IPEndPoint endPoint) =>
        _listeners.GetValueOrDefault(endPoint)
        ?? _listeners.GetValueOrDefault(new IPEndPoint(IPAddress.Any, endPoint.Port))
        ?? _listeners.GetValueOrDefault(new IPEndPoint(IPAddress.IPv6Any, endPoint.Port));

    internal SimulatedListener AddListener(IPEndPoint endPoint, int backlog)
    {
        bool own =
            endPoint.Address.Equals(address)
            || endPoint.Address.Equals(IPAddress.Any)
            || endPoint.Address.Equals(IPAddress.IPv6Any)
            || (
                endPoint.Address.Equals(IPAddress.IPv6Loopback)
                    ? HasIpv6Loopback
                    : IPAddress.IsLoopback(endPoint.Address)
            );
        if (!own)
        {
            throw Errno.Exception("bind", Errno.EADDRNOTAVAIL);
        }

        IPEndPoint local = endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, TakePort()) : endPoint;
        SimulatedListener listener = new(this, local, backlog);
        if (!_listeners.TryAdd(local, listener))
        {
            throw Errno.Exception("bind", Errno.EADDRINUSE);
        }

        network.Trace.Add(listener, "begins");
        return listener;
    }

    internal void Unlisten(SimulatedListener listener) => _listeners.Remove(listener.Local);

    /// <summary>
    /// The supported features. Socket options are accepted but have no effect, because the simulation does not model them.
    /// </summary>
    SocketFeatures ISockets.Features =>
        SocketFeatures.UserTimeout | SocketFeatures.Acknowledgements | SocketFeatures.SendFile;

    nint ISockets.Listen(EndPoint endPoint, int backlog, ListenOptions? settings) =>
        settings is { ReusePort: true } ? throw NotSimulated("bind", "reuse-port is")
        : IsOutOfDescriptors ? throw Errno.Exception("socket", Errno.EMFILE)
        : Open(AddListener(RequireIp("bind", endPoint), backlog));

    nint ISockets.Connect(EndPoint endPoint, SocketOptions? options, IPEndPoint? local) =>
        IsOutOfDescriptors
            ? throw Errno.Exception("socket", Errno.EMFILE)
            : Open(network.Dial(this, RequireIp("connect", endPoint), local?.Port ?? 0));

    nint ISockets.Reserve(out int errno)
    {
        errno = IsOutOfDescriptors ? Errno.EMFILE : 0;
        return errno == 0 ? Open(new SimulatedReserve()) : -1;
    }

    void ISockets.SetBuffers(nint descriptor, SocketOptions options) { }

    void ISockets.SetKeepAlive(nint descriptor, bool on) { }

    (SocketFault Fault, int Errno) ISockets.TakeError(nint descriptor)
    {
        int errno = (At(descriptor) as SimulatedEnd)?.State.TakeError() ?? 0;
        return (Errno.ToFault(errno), errno);
    }

    EndPoint ISockets.LocalEndPoint(nint descriptor) =>
        At(descriptor) switch
        {
            SimulatedEnd end => end.Local,
            SimulatedListener listener => listener.Local,
            _ => throw Errno.Exception("getsockname", Errno.EBADF),
        };

    int ISockets.Unacknowledged(nint descriptor) => (At(descriptor) as SimulatedEnd)?.State.Unacknowledged ?? -1;

    void ISockets.ShutdownWrite(nint descriptor)
    {
        if (At(descriptor) is SimulatedEnd end)
        {
            network.Trace.Add(end, "shuts down writing");
            end.State.ShutdownWrite();
            network.Transmit(end);
            end.Changed?.Invoke();
        }
    }

    void ISockets.Close(nint descriptor) => Close(descriptor, reset: false);

    void ISockets.Reset(nint descriptor) => Close(descriptor, reset: true);

    string ISockets.Describe(int errno) => Errno.Describe(errno);

    internal void Close(nint descriptor, bool reset)
    {
        SimulatedFile? file;
        lock (_gate)
        {
            file = At(descriptor);
            if (file is null)
            {
                return;
            }

            _files[(int)descriptor] = null;
        }

        network.Trace.Add(file, reset ? "is closed with a reset" : "is closed");
        file.Close(reset);
    }

    private static IPEndPoint RequireIp(string operation, EndPoint endPoint) =>
        endPoint as IPEndPoint ?? throw NotSimulated(operation, "unix sockets are");

    private static SocketFaultException NotSimulated(string operation, string what) =>
        new(operation, SocketFault.Other, 0, $"{what} not simulated");
}
