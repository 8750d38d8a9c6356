using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Polling.Posix;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>Listeners and connections on unix sockets, and the files by which they are found.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class UnixSocketSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("reactor-").FullName;

    private protected UnixSocketSpec(string engine, ITestOutputHelper output)
        : base(Configuration(engine), "unix-sockets", output) { }

    private string SocketPath => Path.Combine(_folder, "socket");

    private string EndPoint => $"unix:{SocketPath}";

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }

    [EngineFact]
    public async Task An_echo_comes_back_whole_from_both_kinds_of_peer()
    {
        Bound bound = await Sys.Reactor().Bind(EndPoint, Props.Create<Echo>());
        Assert.Equal(new UnixDomainSocketEndPoint(SocketPath), bound.LocalEndPoint);
        Assert.Equal(0, bound.Port);
        byte[] sent = new byte[300_000];
        new Random(1).NextBytes(sent);

        using Peer peer = await Peer.ConnectTo(bound);
        Task sending = peer.Send(sent);
        Assert.Equal(sent, await peer.ReceiveExactly(sent.Length));
        await sending;
        peer.Finish();
        Assert.Empty(await peer.ReceiveToEnd());

        ConnectionMade made = await Sys.Reactor().Connect(EndPoint, Props.Create<RecordingProtocol>(TestActor));
        Connected connected = ExpectMsg<Connected>(Patience);
        Assert.Equal((SocketPath, "unix:"), (connected.Remote.ToString(), connected.Local.ToString()));
        made.Protocol.Tell(new Write(sent));
        List<byte> received = [];
        while (received.Count < sent.Length)
        {
            received.AddRange(System.Buffers.BuffersExtensions.ToArray(ExpectMsg<Received>(Patience).Data));
        }

        Assert.Equal(sent, received);
        made.Protocol.Tell(new Close());
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [EngineFact]
    public async Task A_peer_is_told_by_its_name_where_it_has_one()
    {
        Bound bound = await Bind();
        using Peer unnamed = await Peer.ConnectTo(bound);
        Assert.Equal("unix:", ExpectMsg<Connected>(Patience).Remote.ToString());

        using Socket named = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        UnixDomainSocketEndPoint name = new(Path.Combine(_folder, "name-of-a-peer"));
        named.Bind(name);
        await named.ConnectAsync(bound.LocalEndPoint).WaitAsync(Patience);
        Assert.Equal(name, ExpectMsg<Connected>(Patience).Remote);
    }

    [EngineFact]
    public async Task The_file_is_there_while_it_listens_and_gone_when_it_does_not()
    {
        Bound bound = await Bind();
        Assert.True(File.Exists(SocketPath));
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        await bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        Assert.False(File.Exists(SocketPath));
        await peer.Send("still");
        Assert.Equal("still", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));

        Bound again = await Bind();
        Assert.True(File.Exists(SocketPath));
        await again.Listener.Ask<DrainCompleted>(new Drain(), Patience);
        Assert.False(File.Exists(SocketPath));

        await Bind();
        await Sys.Terminate().WaitAsync(Patience);
        Assert.False(File.Exists(SocketPath));
    }

    [EngineFact]
    public async Task A_file_that_somebody_has_put_in_its_place_stays_though_it_is_as_old()
    {
        Bound bound = await Bind();
        DateTime made = File.GetLastWriteTimeUtc(SocketPath);
        string other = Path.Combine(_folder, "other");
        using Socket theirs = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        theirs.Bind(new UnixDomainSocketEndPoint(other));
        File.SetLastWriteTimeUtc(other, made);
        File.Move(other, SocketPath, overwrite: true);
        Assert.Equal(made, File.GetLastWriteTimeUtc(SocketPath));
        await bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        Assert.True(File.Exists(SocketPath));
    }

    [EngineFact]
    public async Task A_crashed_acceptor_goes_on_with_its_socket_and_its_file()
    {
        Bound bound = await Bind();
        bound.Listener.Tell(Kill.Instance);
        using Peer after = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        Assert.True(File.Exists(SocketPath));
    }

    [EngineFact]
    public async Task A_socket_at_which_nobody_answers_is_replaced()
    {
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // .NET removes the file of a socket that is disposed: this is what a killed process leaves.
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
            File.Move(SocketPath, SocketPath + "-kept");
        }

        File.Move(SocketPath + "-kept", SocketPath);
        Bound bound = await Bind();
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
    }

    [EngineFact]
    public async Task A_socket_at_which_somebody_answers_is_in_use()
    {
        using Socket other = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(SocketPath));
        other.Listen(0);
        BindException failure = await Assert.ThrowsAsync<BindException>(Bind);
        Assert.Equal(98, failure.Errno);
        Assert.Contains("already in use", failure.Message, StringComparison.Ordinal);

        // Nor is it replaced when its backlog is full, as it is now: nobody accepted the question.
        Assert.Equal(98, (await Assert.ThrowsAsync<BindException>(Bind)).Errno);
        Assert.True(File.Exists(SocketPath));
    }

    [EngineFact]
    public async Task A_file_of_another_kind_is_left_alone()
    {
        await File.WriteAllTextAsync(SocketPath, "precious");
        BindException failure = await Assert.ThrowsAsync<BindException>(Bind);
        Assert.Contains("it is not a socket", failure.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath));
    }

    [EngineFact]
    public async Task A_file_that_somebody_put_there_since_is_left_alone()
    {
        Bound bound = await Bind();
        File.Delete(SocketPath);
        await File.WriteAllTextAsync(SocketPath, "precious");
        await bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath));
    }

    [EngineFact]
    public async Task Who_may_connect_is_the_files_mode()
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            UnixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await Sys.Reactor().Bind(EndPoint, Props.Create<RecordingProtocol>(TestActor), options);
        Assert.Equal(options.UnixMode, File.GetUnixFileMode(SocketPath));
    }

    [EngineFact]
    public async Task What_cannot_be_bound_is_said()
    {
        (string, string)[] cases =
        [
            ($"unix:{_folder}/missing/socket", "No such file or directory"),
            ($"unix:{_folder}/{new string('x', 200)}", "more than this system allows for a unix socket"),
            ("unix:/proc/socket", ""),
            ("unix:relative", "it must be tcp://HOST:PORT"),
            ("unix:/", "it must be tcp://HOST:PORT"),
        ];
        foreach ((string endPoint, string expected) in cases)
        {
            BindException failure = await Assert.ThrowsAsync<BindException>(() =>
                Sys.Reactor().Bind(endPoint, Props.Create<RecordingProtocol>(TestActor))
            );
            Assert.Contains(endPoint, failure.Message, StringComparison.Ordinal);
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        }
    }

    [EngineFact]
    public async Task What_cannot_be_connected_is_typed()
    {
        Props recording = Props.Create<RecordingProtocol>(TestActor);
        ConnectException missing = await Assert.ThrowsAsync<ConnectException>(() =>
            Sys.Reactor().Connect(EndPoint, recording)
        );
        Assert.Equal((2, SocketPath), (missing.Errno, missing.Address.ToString()));
        await Assert.ThrowsAsync<ReactorConfigurationException>(() =>
            Sys.Reactor().Connect($"unix:/{new string('x', 200)}", recording)
        );

        using Socket deaf = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        deaf.Bind(new UnixDomainSocketEndPoint(SocketPath));
        await Assert.ThrowsAsync<ConnectRefusedException>(() => Sys.Reactor().Connect(EndPoint, recording));
    }

    [EngineFact]
    public async Task A_full_backlog_is_waited_for_until_the_connect_timeout()
    {
        using Socket slow = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        slow.Bind(new UnixDomainSocketEndPoint(SocketPath));
        slow.Listen(0);
        using Socket first = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await first.ConnectAsync(slow.LocalEndPoint!).WaitAsync(Patience);
        Props recording = Props.Create<RecordingProtocol>(TestActor);
        ConnectOptions impatient = Sys.Reactor().ConnectDefaults with
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
        };
        await Assert.ThrowsAsync<ConnectTimeoutException>(() => Sys.Reactor().Connect(EndPoint, recording, impatient));

        Task<ConnectionMade> waiting = Sys.Reactor().Connect(EndPoint, recording);
        Assert.False(await Pause.EndsWithin(waiting, TimeSpan.FromMilliseconds(200), "there is no room for it yet"));
        using Socket accepted = await slow.AcceptAsync().WaitAsync(Patience);
        await waiting.WaitAsync(Patience);
    }

    [EngineFact]
    public async Task Accepted_sockets_have_their_buffers_too()
    {
        // Of this engine alone: the others' tests run meanwhile, in the same process.
        int size = 40_000 + (Sys.Settings.Config.GetString("akka.reactor.engine").Length * 128);
        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            Connection = ConnectionOptions.Default with { Socket = new SocketOptions { SendBuffer = size } },
        };
        Bound bound = await Sys.Reactor().Bind(EndPoint, Props.Create<RecordingProtocol>(TestActor), options);
        HashSet<nint> before = [.. Sized(2 * size)];
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        Assert.Single(Sized(2 * size), descriptor => !before.Contains(descriptor));
    }

    // This process's unix sockets with a send buffer of this size.
    private static IEnumerable<nint> Sized(int size) =>
        SocketOption.Sockets().Where(descriptor => SocketOption.SendBufferOf(descriptor) == size).ToArray();

    private Task<Bound> Bind() => Sys.Reactor().Bind(EndPoint, Props.Create<RecordingProtocol>(TestActor));

    private static Akka.Configuration.Config Configuration(string engine) =>
        Akka.Configuration.ConfigurationFactory.ParseString(
            $"akka.reactor {{ selectors = 2, engine = {engine}, listener.drain-timeout = 100ms }}"
        );

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}

[Engine("epoll")]
[UnsupportedOSPlatform("windows")]
public sealed class EpollUnixSocketSpec(ITestOutputHelper output) : UnixSocketSpec("epoll", output);

[Engine("io_uring")]
[UnsupportedOSPlatform("windows")]
public sealed class UringUnixSocketSpec(ITestOutputHelper output) : UnixSocketSpec("io_uring", output);

[Engine("poll")]
[UnsupportedOSPlatform("windows")]
public sealed class PollUnixSocketSpec(ITestOutputHelper output) : UnixSocketSpec("poll", output);

[Engine("select")]
[UnsupportedOSPlatform("windows")]
public sealed class SelectUnixSocketSpec(ITestOutputHelper output) : UnixSocketSpec("select", output);
