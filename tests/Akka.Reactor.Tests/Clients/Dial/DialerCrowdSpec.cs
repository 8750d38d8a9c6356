using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>What many failures to connect leave behind. Alone, since it counts the descriptors of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class DialerCrowdSpec : DialerFixture
{
    [Fact]
    public async Task Failures_in_great_number_leave_no_descriptor()
    {
        Addresses("127.0.0.3");
        await Assert.ThrowsAsync<ConnectRefusedException>(() => Connect(TimeSpan.FromSeconds(10)));
        int before = Descriptors.CountOpenButFiles();

        // In waves: the engine select watches no descriptor above 1,023, and a slow machine has a whole wave open at once.
        for (int wave = 0; wave < 10; wave++)
        {
            Task<Exception>[] refused = [.. Enumerable.Range(0, 500).Select(_ => Failure(TimeSpan.FromMinutes(1)))];
            Assert.All(
                await Task.WhenAll(refused),
                failure => Assert.Equal(111, Assert.IsType<ConnectRefusedException>(failure).Errno)
            );
        }

        Addresses("127.0.0.2");
        Task<Exception>[] silent = [.. Enumerable.Range(0, 500).Select(_ => Failure(TimeSpan.FromMilliseconds(200)))];
        Assert.All(await Task.WhenAll(silent), failure => Assert.IsType<ConnectTimeoutException>(failure));
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors.CountOpenButFiles() <= before, Patience),
            $"{before} before; after: {Descriptors.Kinds()}"
        );
    }

    private async Task<Exception> Failure(TimeSpan timeout) =>
        await Assert.ThrowsAnyAsync<Exception>(() => Connect(timeout));
}
