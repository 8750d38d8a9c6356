using System;
using System.IO;
using System.Text;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>What engines do with files.</summary>
public abstract partial class EngineContractSpec
{
    [EngineFact]
    public void A_part_of_a_file_is_sent_between_other_bytes()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "0123456789");
            using SafeFileHandle file = File.OpenHandle(path);
            (Registration one, Registration other) = _fixture.Pair();
            if ((_fixture.Sockets.Features & SocketFeatures.SendFile) == 0)
            {
                Assert.Throws<NotSupportedException>(() => Engine.SendFile(one, new FileRange(file, 2, 5)));
                return;
            }

            _fixture.Send(one, "<");
            Assert.Equal(5, Engine.SendFile(one, new FileRange(file, 2, 5)).Count);
            _fixture.Send(one, ">");

            // What there is of it, and then that there is no more.
            Assert.Equal(2, Engine.SendFile(one, new FileRange(file, 8, 5)).Count);
            Assert.Equal(IoResult.Done(0), Engine.SendFile(one, new FileRange(file, 10, 5)));
            Engine.SetInterest(other, Interest.Read);
            StringBuilder received = new();
            while (received.Length < 9)
            {
                _fixture.Await(other, Readiness.Readable);
                received.Append(_fixture.Receive(other));
            }

            Assert.Equal("<23456>89", received.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [EngineFact]
    public void A_file_that_the_socket_cannot_take_goes_on_when_it_is_writable()
    {
        string path = Path.GetTempFileName();
        try
        {
            int size = _fixture.MoreThanSocketsHold;
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.SetLength(file, size);
            (Registration one, Registration other) = _fixture.Pair();
            if ((_fixture.Sockets.Features & SocketFeatures.SendFile) == 0)
            {
                Assert.Throws<NotSupportedException>(() => Engine.SendFile(one, new FileRange(file, 0, size)));
                return;
            }

            EngineEvent[] events = new EngineEvent[16];
            byte[] buffer = new byte[256 * 1024];
            int sent = 0;
            int received = 0;
            bool blocked = false;
            bool waited = false;
            AwaitThat(() =>
            {
                if (!blocked)
                {
                    IoResult result = Engine.SendFile(one, new FileRange(file, sent, size - sent));
                    Assert.True(result.Succeeded || result.WouldBlock, result.ToString());
                    sent += result.Count;
                    blocked = result.WouldBlock;
                    waited |= blocked;
                    Engine.SetInterest(one, blocked ? Interest.Write : Interest.None);
                    Engine.SetInterest(other, waited ? Interest.Read : Interest.None);
                }

                foreach (EngineEvent engineEvent in events.AsSpan(0, Engine.Wait(events, 10)))
                {
                    blocked &= engineEvent.Registration != one;
                    received += engineEvent.Registration == other ? Engine.Receive(other, buffer).Count : 0;
                }

                return received == size;
            });
            Assert.True(waited);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
