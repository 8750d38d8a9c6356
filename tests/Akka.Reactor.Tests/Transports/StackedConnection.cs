using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>A connection over a stack of layers, for tests that must hold over any: its listener, and its peer's side.</summary>
internal static class StackedConnection
{
    /// <summary>The stacks by what they are made of, lowest first.</summary>
    public static TheoryData<string> Stacks => ["", "pass", "tls", "pass tls pass"];

    internal static async Task<Bound> Bind(ActorSystem system, string stack, Props protocol, ConnectionOptions options)
    {
        TlsServerOptions tls = new(TestCertificates.Server);
        List<Layer> layers = [];
        foreach (string layer in stack.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            layers.Add(layer == "tls" ? Akka.Reactor.Tls.ServerLayer(tls) : PassThroughLayer.Layer);
        }

        ListenerOptions listener = system.Reactor().ListenerDefaults with
        {
            Connection = options,
            Layers = layers,
            Tls = tls,
        };
        return await system.Reactor().Bind("tcp://127.0.0.1:0", protocol, listener);
    }

    internal static async Task<Peer> Connect(Bound bound, string stack, int receiveBuffer = 0)
    {
        Peer peer = await Peer.ConnectTo(bound.LocalEndPoint, receiveBuffer: receiveBuffer);
        if (IsTls(stack))
        {
            await peer.StartTls();
        }

        return peer;
    }

    internal static bool IsTls(string stack) => stack.Contains("tls", StringComparison.Ordinal);
}
