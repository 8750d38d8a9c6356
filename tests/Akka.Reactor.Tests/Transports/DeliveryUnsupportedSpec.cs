using System;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>A system that does not tell what the peer has acknowledged: a write that asks for it is refused whole.</summary>
public sealed class DeliveryUnsupportedSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(Setup(), "unsupported", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Stacks => StackedConnection.Stacks;

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task It_is_refused_and_the_stream_has_no_hole(string stack)
    {
        Bound bound = await StackedConnection.Bind(
            Sys,
            stack,
            Props.Create<RecordingProtocol>(TestActor),
            ConnectionOptions.Default
        );
        using Peer peer = await StackedConnection.Connect(bound, stack);
        ExpectMsg<Connected>(Patience);
        IActorRef protocol = LastSender;
        foreach (
            IWriteCommand write in (IWriteCommand[])
                [
                    new Write("hole"u8.ToArray(), "write") { DeliveredAck = "never" },
                    new WriteFrom([Encoding.ASCII.GetBytes("hole")], "source") { DeliveredAck = "never" },
                ]
        )
        {
            protocol.Tell(new Write("before "u8.ToArray()));
            protocol.Tell(write);
            WriteFailed failure = ExpectMsg<WriteFailed>(Patience);
            Assert.Equal(write.Ack, failure.Write.Ack);
            Assert.IsType<DeliveryNotSupportedException>(failure.Cause);
            ExpectMsg("writable", Patience);
            protocol.Tell(new Write("after "u8.ToArray()));
            Assert.Equal("before after ", Encoding.ASCII.GetString(await peer.ReceiveExactly(13)));
        }
    }

    private static ActorSystemSetup Setup() =>
        ActorSystemSetup.Create(
            BootstrapSetup.Create(),
            new ReactorSetup(new SilentPlatform(), TimeProvider.System, ThreadRunner.Instance)
        );

    private sealed class SilentPlatform : IPlatform
    {
        private readonly IPlatform _real = Platforms.Resolve("auto");

        internal SilentPlatform()
        {
            Sockets = DispatchProxy.Create<ISockets, SilentSockets>();
            ((SilentSockets)(object)Sockets).Real = _real.Sockets;
        }

        public string EngineName => _real.EngineName;

        public ISockets Sockets { get; }

        public IWakeSignal CreateWakeSignal() => _real.CreateWakeSignal();

        public IEngine CreateEngine(IWakeSignal wake) => _real.CreateEngine(wake);
    }

    private class SilentSockets : DispatchProxy
    {
        internal ISockets? Real { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name switch
            {
                nameof(ISockets.Unacknowledged) => -1,
                "get_Features" => Real!.Features & ~SocketFeatures.Acknowledgements,
                _ => targetMethod.Invoke(Real, args),
            };
    }
}
