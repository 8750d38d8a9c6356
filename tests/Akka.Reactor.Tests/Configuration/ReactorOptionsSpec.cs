using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Threading.Tasks;
using Akka.Configuration.Hocon;
using Akka.Reactor.Configuration;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Xunit;
using static Akka.Reactor.Tests.Configuration.Settings;

namespace Akka.Reactor.Tests.Configuration;

public sealed class ReactorOptionsSpec
{
    // A value of the same kind as the default, and another one.
    private static readonly Dictionary<string, string> OtherValues = new(StringComparer.Ordinal)
    {
        ["engine"] = "epoll",
        ["selectors"] = "3",
        ["throughput"] = "7",
        ["stall-warning"] = "8ms",
        ["shutdown-timeout"] = "9s",
        ["memory-limit"] = "28MiB",
        ["failure-classes"] = "[\"no-pong\"]",
        ["connection.max-unread"] = "3KiB",
        ["connection.high-water"] = "200KiB",
        ["connection.low-water"] = "31KiB",
        ["connection.write-queue-limit"] = "2MiB",
        ["connection.idle-timeout"] = "11s",
        ["connection.write-stall-timeout"] = "12s",
        ["connection.linger-timeout"] = "13s",
        ["connection.lifetime"] = "19m",
        ["connection.min-receive-rate"] = "20B",
        ["connection.min-send-rate"] = "21B",
        ["connection.rate-period"] = "22s",
        ["connection.exempt-from-memory-limit"] = "on",
        ["connection.socket.no-delay"] = "off",
        ["connection.socket.keep-alive.when"] = "always",
        ["connection.socket.keep-alive.idle"] = "21s",
        ["connection.socket.keep-alive.interval"] = "22s",
        ["connection.socket.keep-alive.count"] = "23",
        ["connection.socket.send-buffer"] = "24KiB",
        ["connection.socket.receive-buffer"] = "25KiB",
        ["connection.socket.user-timeout"] = "26s",
        ["tls.handshake-timeout"] = "14s",
        ["tls.protocols"] = "[\"tls1.3\"]",
        ["tls.cipher-suites"] = "[TLS_AES_128_GCM_SHA256]",
        ["tls.certificate-check-interval"] = "29s",
        ["tls.certificate-expiry-warning"] = "30d",
        ["tls.max-handshakes"] = "31",
        ["tls.handshake-memory"] = "32MiB",
        ["tls.handshake-dispatcher"] = "akka.actor.internal-dispatcher",
        ["listener.backlog"] = "15",
        ["listener.accept-batch"] = "16",
        ["listener.max-connections"] = "17",
        ["listener.max-connections-per-address"] = "27",
        ["listener.ipv6-address-prefix"] = "56",
        ["listener.reuse-port"] = "on",
        ["listener.ipv6-only"] = "on",
        ["listener.unix-mode"] = "\"0640\"",
        ["listener.drain-timeout"] = "18s",
        ["listener.log-connections"] = "on",
    };

    public static TheoryData<string> Keys
    {
        get
        {
            TheoryData<string> keys = [];
            foreach (string key in Leaves(Reference.GetConfig(ReactorOptions.Path).Root.GetObject(), ""))
            {
                keys.Add(key);
            }

            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_documented_key_is_read(string key)
    {
        // A key nobody reads would take any value.
        string message = await Failure($"akka.reactor.{key} {{ \"not a\" {{ setting = [1] }} }}");
        Assert.StartsWith($"akka.reactor.{key}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_read_is_documented()
    {
        // The reader names what it knows when it meets what it does not know.
        foreach (
            string section in (string[])
                [
                    "",
                    "connection.",
                    "connection.socket.",
                    "connection.socket.keep-alive.",
                    "tls.",
                    "listener.",
                    "client.",
                ]
        )
        {
            string message = await Failure($"akka.reactor.{section}unheard-of = 1");
            string[] known = message[(message.IndexOf(" are ", StringComparison.Ordinal) + " are ".Length)..]
                .Split(", ");
            HoconObject block = Reference.GetConfig($"{ReactorOptions.Path}.{section}".TrimEnd('.')).Root.GetObject();
            Assert.Equal(
                string.Join(", ", block.Items.Keys.Order(StringComparer.Ordinal)),
                string.Join(", ", known.Order(StringComparer.Ordinal))
            );
        }
    }

    [Fact]
    public async Task What_the_reference_says_is_what_the_code_defaults_to()
    {
        ReactorOptions documented = await Read("");
        Assert.Equal(ConnectionOptions.Default, documented.Listener.Connection);
        Assert.Equal(ConnectionOptions.Default, documented.Client.Connection);
        Assert.Equal(new ListenerOptions { Connection = ConnectionOptions.Default }, documented.Listener);
        Assert.Equal(new ConnectOptions { Connection = ConnectionOptions.Default }, documented.Client);
        Assert.Equal("auto", documented.Engine);
        Assert.Equal(TimeSpan.FromMilliseconds(100), documented.StallWarning);
        Assert.Equal(TimeSpan.FromSeconds(1), documented.ShutdownTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), documented.CertificateCheckInterval);
        Assert.Equal(TimeSpan.FromDays(14), documented.CertificateExpiryWarning);
        Assert.Equal(
            HandshakeRules.Default,
            new HandshakeRules(documented.MaxHandshakes, documented.HandshakeMemory, null)
        );
        Assert.Null(documented.HandshakeDispatcher);
        Assert.Equal(Environment.ProcessorCount, documented.Selectors);
        Assert.Empty(documented.Listeners);
    }

    [Fact]
    public async Task Every_value_arrives_where_it_belongs()
    {
        ReactorOptions settings = await Read(
            string.Join('\n', OtherValues.Select(pair => $"akka.reactor.{pair.Key} = {pair.Value}"))
                + "\nakka.reactor.client.dns-timeout = 19s\nakka.reactor.client.connect-timeout = 20s"
        );
        ConnectionOptions connection = settings.Listener.Connection;
        Assert.Equal(
            "epoll 3 7",
            string.Create(CultureInfo.InvariantCulture, $"{settings.Engine} {settings.Selectors} {settings.Throughput}")
        );
        Assert.Equal(TimeSpan.FromMilliseconds(8), settings.StallWarning);
        Assert.Equal(TimeSpan.FromSeconds(9), settings.ShutdownTimeout);
        Assert.Equal(28 * 1024 * 1024, settings.MemoryLimit);
        Assert.Equal(TimeSpan.FromSeconds(29), settings.CertificateCheckInterval);
        Assert.Equal(TimeSpan.FromDays(30), settings.CertificateExpiryWarning);
        Assert.Equal(31, settings.MaxHandshakes);
        Assert.Equal(32 * 1024 * 1024, settings.HandshakeMemory);
        Assert.Equal("akka.actor.internal-dispatcher", settings.HandshakeDispatcher);
        Assert.Equal(
            new ConnectionOptions
            {
                MaxUnread = 3 * 1024,
                HighWater = 200 * 1024,
                LowWater = 31 * 1024,
                WriteQueueLimit = 2 * 1024 * 1024,
                IdleTimeout = TimeSpan.FromSeconds(11),
                WriteStallTimeout = TimeSpan.FromSeconds(12),
                LingerTimeout = TimeSpan.FromSeconds(13),
                Lifetime = TimeSpan.FromMinutes(19),
                MinReceiveRate = 20,
                MinSendRate = 21,
                RatePeriod = TimeSpan.FromSeconds(22),
                ExemptFromMemoryLimit = true,
                Socket = new SocketOptions
                {
                    NoDelay = false,
                    KeepAlive = new KeepAliveOptions
                    {
                        When = KeepAliveWhen.Always,
                        Idle = TimeSpan.FromSeconds(21),
                        Interval = TimeSpan.FromSeconds(22),
                        Count = 23,
                    },
                    SendBuffer = 24 * 1024,
                    ReceiveBuffer = 25 * 1024,
                    UserTimeout = TimeSpan.FromSeconds(26),
                },
            },
            connection
        );
        Assert.Equal(connection, settings.Client.Connection);
        Assert.Equal(15, settings.Listener.Backlog);
        Assert.Equal(16, settings.Listener.AcceptBatch);
        Assert.Equal(17, settings.Listener.MaxConnections);
        Assert.Equal(27, settings.Listener.MaxConnectionsPerAddress);
        Assert.Equal(56, settings.Listener.Ipv6AddressPrefix);
        Assert.True(settings.Listener.ReusePort);
        Assert.True(settings.Listener.Ipv6Only);
        Assert.Equal((UnixFileMode)0b110_100_000, settings.Listener.UnixMode);
        Assert.True(settings.Listener.LogConnections);
        Assert.Equal(TimeSpan.FromSeconds(18), settings.Listener.DrainTimeout);
        Assert.Equal([TlsCipherSuite.TLS_AES_128_GCM_SHA256], settings.Client.Tls!.CipherSuites);
        Assert.Equal(TimeSpan.FromSeconds(19), settings.Client.DnsTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.Client.ConnectTimeout);
    }

    [Theory]
    [InlineData("akka.reactor = 5", "akka.reactor: is 5; it must be a block")]
    [InlineData(
        "akka.reactor.engin = epoll",
        "akka.reactor.engin: is not a setting; the known settings are client, clients, connection, "
    )]
    [InlineData("akka.reactor.engine = devpoll", "akka.reactor.engine: is devpoll; it must be one of auto, epoll")]
    [InlineData(
        "akka.reactor.tls.handshake-dispatcher = nowhere",
        "akka.reactor.tls.handshake-dispatcher: is nowhere, but the configuration has no dispatcher at that path"
    )]
    [InlineData("akka.reactor.tls.max-handshakes = 0", "akka.reactor.tls.max-handshakes: is 0; it must be")]
    [InlineData("akka.reactor.selectors = 0", "akka.reactor.selectors: is 0; it must be a whole number from 1 to 1024")]
    [InlineData("akka.reactor.selectors = many", "akka.reactor.selectors: is many; it must be a whole number from ")]
    [InlineData(
        "akka.reactor.selectors = x",
        "akka.reactor.selectors: is x; it must be a whole number from 1 to 1024, or auto"
    )]
    [InlineData(
        "akka.reactor.connection.lifetime = 30d",
        "akka.reactor.connection.lifetime: is 30d; it must be a duration: a number with ms, s, m, h or d, above 0 and at most 24.8d, or infinite"
    )]
    [InlineData(
        "akka.reactor.connection.write-queue-limit = 2GiB",
        "akka.reactor.connection.write-queue-limit: is 2GiB; it must be a size of at least 1 bytes and below 2GiB: a number with "
    )]
    [InlineData(
        "akka.reactor.connection.socket.user-timeout = 0.5ms",
        "akka.reactor.connection.socket.user-timeout: is 0.5ms; it must be a duration: a number with ms, s, m, h or d, at least 1ms and at most 24.8d, or system"
    )]
    [InlineData("akka.reactor.connection = big", "akka.reactor.connection: is big; it must be a block")]
    [InlineData(
        "akka.reactor.connection.idle-timeout = 5",
        "akka.reactor.connection.idle-timeout: is 5; it must be a duration"
    )]
    [InlineData(
        "akka.reactor.connection.linger-timeout = infinite",
        "akka.reactor.connection.linger-timeout: is infinite; "
    )]
    [InlineData(
        "akka.reactor.connection.write-queue-limit = 64kb",
        "akka.reactor.connection.write-queue-limit: is 64kb; it must be a size"
    )]
    [InlineData(
        "akka.reactor.connection.max-unread = 0B",
        "akka.reactor.connection.max-unread: is 0B; it must be a size of at least 1 bytes"
    )]
    [InlineData(
        "akka.reactor.connection.low-water = 128KiB",
        "akka.reactor.connection.high-water: is 131072 bytes; it must be above low-water (131072)"
    )]
    [InlineData(
        "akka.reactor.connection.write-queue-limit = 1KiB",
        "akka.reactor.connection.high-water: is 131072 bytes; it must be above low-water (32768) and at most write-queue-limit (1024)"
    )]
    [InlineData(
        "akka.reactor.connection.socket.send-buffer = automatic",
        "akka.reactor.connection.socket.send-buffer: is automatic; it must be a size of at least 1024"
    )]
    [InlineData(
        "akka.reactor.connection.socket.user-timeout = infinite",
        "akka.reactor.connection.socket.user-timeout: is infinite; it must be a duration"
    )]
    [InlineData(
        "akka.reactor.connection.socket.keep-alive = on",
        "akka.reactor.connection.socket.keep-alive: is on; it must be a block"
    )]
    [InlineData(
        "akka.reactor.connection.socket.keep-alive.count = 128",
        "akka.reactor.connection.socket.keep-alive.count: is 128; it must be a whole number from 1 to 127"
    )]
    [InlineData(
        "akka.reactor.connection.socket.keep-alive.idle = 10h",
        "akka.reactor.connection.socket.keep-alive.idle: is 10h; it must be a duration: a number with ms, s, m, h or d, above 0 and at most 32767s"
    )]
    [InlineData(
        "akka.reactor.listener.max-connections-per-address = 0",
        "akka.reactor.listener.max-connections-per-address: is 0; it must be a whole number from 1 to 2147483647, or unlimited"
    )]
    [InlineData(
        "akka.reactor.listener.unix-mode = rw",
        "akka.reactor.listener.unix-mode: is rw; it must be an octal mode, such as 0660, or system"
    )]
    [InlineData(
        "akka.reactor.tls.certificate-expiry-warning = 400d",
        "akka.reactor.tls.certificate-expiry-warning: is 400d; it must be a duration: a number with ms, s, m, h or d, above 0 and at most 365d"
    )]
    [InlineData(
        "akka.reactor.tls.protocols = []",
        "akka.reactor.tls.protocols: is empty; the allowed values are tls1.2, tls1.3"
    )]
    [InlineData(
        "akka.reactor.tls.protocols = [\"ssl3\"]",
        "akka.reactor.tls.protocols: contains ssl3; the allowed values are tls1.2, tls1.3"
    )]
    [InlineData(
        "akka.reactor.tls.protocols = tls1.2",
        "akka.reactor.tls.protocols: is tls1.2; it must be a list of texts"
    )]
    [InlineData(
        "akka.reactor.listener.backlog = -1",
        "akka.reactor.listener.backlog: is -1; it must be a whole number from 1"
    )]
    [InlineData(
        "akka.reactor.layers.x = \"No.Such, Type\"",
        "akka.reactor.layers.x: names No.Such, Type, which is not found"
    )]
    public async Task A_wrong_setting_is_an_error_with_its_full_path_its_value_and_what_is_allowed(
        string hocon,
        string expected
    ) => Assert.StartsWith(expected, await Failure(hocon), StringComparison.Ordinal);

    [Theory]
    [InlineData("akka.reactor.listener.reuse-port = on", "akka.reactor.listener.reuse-port: is on, but this system")]
    [InlineData(
        "akka.reactor.connection.socket.user-timeout = 9s",
        "akka.reactor.connection.socket.user-timeout: is 00:00:09, but it cannot be set on this system"
    )]
    [InlineData(
        "akka.reactor.listeners.x.connection.socket.user-timeout = 9s",
        "akka.reactor.listeners.x.connection.socket.user-timeout: is 00:00:09, but it cannot be set on this system"
    )]
    [InlineData(
        "akka.reactor.listeners.x.reuse-port = on",
        "akka.reactor.listeners.x.reuse-port: is on, but this system"
    )]
    [InlineData(
        "akka.reactor.listeners.x.bind = \"unix:/run/x\"",
        "akka.reactor.listeners.x.bind: is unix:/run/x, but unix sockets are not supported here"
    )]
    public async Task What_the_systems_sockets_do_not_have_is_an_error_that_names_the_key(string hocon, string expected)
    {
        string protocol = Name<Plain>();
        string usual = $"akka.reactor.listeners.x {{ bind = \"tcp://127.0.0.1:0\", protocol = \"{protocol}\" }}\n";
        ReactorOptions settings = await Read(usual + hocon);
        SocketReader.Check(settings, (SocketFeatures)0xff);
        ReactorConfigurationException refusal = Assert.Throws<ReactorConfigurationException>(() =>
            SocketReader.Check(settings, SocketFeatures.None)
        );
        Assert.StartsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_uses_only_what_is_documented_of_hocon()
    {
        using Stream stream = typeof(ReactorExtension).Assembly.GetManifestResourceStream(
            "Akka.Reactor.reference.conf"
        )!;
        using StreamReader reader = new(stream);
        string[] lines = reader.ReadToEnd().Split('\n');
        Assert.All(lines, line => Assert.DoesNotContain("+=", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("\t", line, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Leaves(HoconObject block, string path)
    {
        foreach ((string key, HoconValue value) in block.Items)
        {
            string full = path.Length == 0 ? key : $"{path}.{key}";
            if (value.IsObject() && value.GetObject().Items.Count > 0)
            {
                foreach (string leaf in Leaves(value.GetObject(), full))
                {
                    yield return leaf;
                }
            }
            else
            {
                yield return full;
            }
        }
    }
}
