using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Akka.Reactor.Interop.Tests;

/// <summary>What the kernel holds for the established connections of a local port: bytes not sent, bytes not read.</summary>
internal readonly record struct KernelQueues(long Unsent, long Unread)
{
    private const string Established = "01";

    internal static IReadOnlyList<KernelQueues> OfPort(int port)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        List<KernelQueues> all = [];
        foreach (string line in File.ReadLines("/proc/net/tcp"))
        {
            // sl, local address, remote address, state, unsent:unread, ...
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Established)
            {
                string[] queues = fields[4].Split(':');
                all.Add(new KernelQueues(Hex(queues[0]), Hex(queues[1])));
            }
        }

        return all;
    }

    private static long Hex(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
