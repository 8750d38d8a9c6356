using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.ThirdParty.Tests.Guestbook;

/// <summary>A layer that changes bytes on their way in both directions. It has no options.</summary>
public sealed class Rot13(IActorRef lower) : LayerActor(lower)
{
    protected override void OnReceived(ReadOnlySequence<byte> data) => TellOwner(new Received(Rotate(data)));

    protected override void OnWrite(Write write, IActorRef sender) =>
        Lower.Tell(write with { Data = Rotate(write.Data) }, sender);

    private static ReadOnlySequence<byte> Rotate(in ReadOnlySequence<byte> data)
    {
        byte[] rotated = data.ToArray();
        foreach (ref byte value in rotated.AsSpan())
        {
            value = value switch
            {
                >= (byte)'a' and <= (byte)'z' => (byte)('a' + ((value - 'a' + 13) % 26)),
                >= (byte)'A' and <= (byte)'Z' => (byte)('A' + ((value - 'A' + 13) % 26)),
                _ => value,
            };
        }

        return new ReadOnlySequence<byte>(rotated);
    }
}
