using System;
using System.Buffers;
using System.Collections.Generic;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>The ways one input is offered: in one block, octet by octet, and in two pieces or segments cut anywhere.</summary>
internal static class SmtpCuts
{
    public static IEnumerable<ReadOnlySequence<byte>[]> Of(byte[] octets)
    {
        yield return [new ReadOnlySequence<byte>(octets)];
        yield return [Segments.Of(octets, 1)];
        yield return Array.ConvertAll(octets, octet => new ReadOnlySequence<byte>([octet]));
        for (int cut = 1; cut < octets.Length; cut++)
        {
            yield return
            [
                new ReadOnlySequence<byte>(octets, 0, cut),
                new ReadOnlySequence<byte>(octets, cut, octets.Length - cut),
            ];
            yield return [Segments.Of(octets, cut)];
        }
    }
}
