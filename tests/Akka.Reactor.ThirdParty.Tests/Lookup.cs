using System;
using System.Buffers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Reactor.ThirdParty.Tests;

public sealed class Lookup(IActorRef directory) : AsyncLineProtocol
{
    protected override async ValueTask OnLineAsync(ReadOnlySequence<byte> line, CancellationToken ended)
    {
        string name = Encoding.UTF8.GetString(line);
        string entry = await directory.Ask<string>(name, TimeSpan.FromSeconds(3), ended);
        Write(Encoding.UTF8.GetBytes($"{entry}\r\n"));
        await FlushAsync(); // optional: waits until the kernel has the answer
    }
}
