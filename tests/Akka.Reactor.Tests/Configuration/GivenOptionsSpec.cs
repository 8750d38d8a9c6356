using System;
using System.Threading;
using Akka.Reactor.Configuration;
using Xunit;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>Options that were made in C#: to read them changes nothing, and finds what is not allowed.</summary>
public sealed class GivenOptionsSpec
{
    private readonly GivenOptions _given = new((key, problem) => new InvalidOperationException($"{key} {problem}"));

    [Fact]
    public void Allowed_values_are_read_as_they_are()
    {
        ConnectionOptions connection = new()
        {
            HighWater = ConnectionOptions.Infinite,
            LowWater = 0,
            Lifetime = TimeSpan.FromHours(1),
            MinSendRate = 7,
            ExemptFromMemoryLimit = true,
            Socket = new SocketOptions
            {
                NoDelay = false,
                SendBuffer = 1024,
                UserTimeout = TimeSpan.FromMilliseconds(1),
                KeepAlive = new KeepAliveOptions { When = KeepAliveWhen.Never, Count = 127 },
            },
        };
        Assert.Equal(connection, ConnectionReader.Read(_given, connection));
        ListenerOptions listener = new()
        {
            Backlog = 1,
            MaxConnectionsPerAddress = 1,
            UnixMode = System.IO.UnixFileMode.UserRead,
            DrainTimeout = Timeout.InfiniteTimeSpan,
        };
        Assert.Equal(listener, ListenerReader.Read(_given, listener));
        RetryPolicy policy = new()
        {
            Directive = RetryDirective.Stop,
            Multiplier = 100,
            Jitter = 1,
            Attempts = 1,
        };
        Assert.Equal(policy, ReconnectReader.ReadPolicy(_given, policy));
        ConnectOptions connect = new() { ConnectOrder = ConnectOrder.HappyEyeballs };
        Assert.Equal(connect, ClientReader.Read(_given, connect));
    }

    [Fact]
    public void What_is_no_number_is_not_allowed() =>
        Assert.Equal(
            "jitter is NaN; it must be a number from 0 to 1",
            Problem(() => ReconnectReader.ReadPolicy(_given, new RetryPolicy { Jitter = double.NaN }))
        );

    [Fact]
    public void A_value_outside_an_enum_is_not_allowed() =>
        Assert.Equal(
            "connect-order is 7; it must be one of sequential, happy-eyeballs",
            Problem(() => ClientReader.Read(_given, new ConnectOptions { ConnectOrder = (ConnectOrder)7 }))
        );

    [Fact]
    public void A_block_that_is_null_is_named_with_its_path() =>
        Assert.Equal(
            "socket.keep-alive is null; a value must be given",
            Problem(() =>
                ConnectionReader.Read(
                    _given,
                    new ConnectionOptions { Socket = new SocketOptions { KeepAlive = null! } }
                )
            )
        );

    private static string Problem(Action read) => Assert.Throws<InvalidOperationException>(read).Message;
}
