using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.TestKit;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpReceiverSpec : Akka.TestKit.Xunit2.TestKit
{
    private const string BeforeData = "EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n";

    private const string Mail =
        "EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhello\r\n.\r\n";

    // AUTH PLAIN of joe, whose password is secret, and the next command.
    private const string Plain = "AUTH PLAIN AGpvZQBzZWNyZXQ=\r\nNOOP\r\n";

    private static readonly TlsInfo s_tls = new(
        SslProtocols.Tls13,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        ApplicationProtocol: null,
        HostName: null,
        PeerCertificate: null,
        Resumed: false
    );

    private static readonly IPEndPoint Remote = new(IPAddress.Parse("192.0.2.7"), 40000);
    private readonly ReactorLoop _loop = new("smtp-spec", new EventWakeSignal(), TimeProvider.System, _ => { });
    private readonly TestProbe _transport;
    private readonly TestProbe _inbox;
    private readonly TestProbe _accounts;
    private readonly string _folder = Directory.CreateTempSubdirectory("smtp-receiver-").FullName;

    public SmtpReceiverSpec()
    {
        _transport = CreateTestProbe();
        _transport.IgnoreMessages(message => message is Consumed);
        _inbox = CreateTestProbe();
        _accounts = CreateTestProbe();
    }

    [Fact]
    public void It_greets_and_answers_a_batch_in_one_write()
    {
        IActorRef receiver = Connect();
        Receive(receiver, "EHLO client.test\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.test>\r\nNOOP\r\n");
        string replies = ExpectWrite();
        Assert.StartsWith("250-mx.test\r\n", replies, StringComparison.Ordinal);
        Assert.EndsWith("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.0.0 Ok\r\n", replies, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_answered_250_when_it_is_stored_and_the_peer_waits_until_then()
    {
        IActorRef receiver = Connect();
        Receive(receiver, Mail + "NOOP\r\n");
        Assert.EndsWith("354 Start mail input; end with <CRLF>.<CRLF>\r\n", ExpectWrite(), StringComparison.Ordinal);
        _transport.ExpectMsg<SuspendReading>();
        SmtpMessage message = _inbox.ExpectMsg<SmtpMessage>();
        Assert.Equal("hello\r\n", message.Text());
        Assert.Equal(Remote, message.RemoteEndPoint);
        Assert.Equal(receiver, _inbox.LastSender);

        receiver.Tell(new SmtpStored("another"), _inbox.Ref);
        receiver.Tell(new SmtpStored(message.Id), _inbox.Ref);
        Assert.Equal("250 2.0.0 Ok: stored\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
        Assert.Equal("250 2.0.0 Ok\r\n", ExpectWrite());
    }

    [Fact]
    public void A_message_not_stored_is_answered_451()
    {
        IActorRef receiver = Deliver(out SmtpMessage message);
        receiver.Tell(new SmtpNotStored(message.Id, "disk is full"), _inbox.Ref);
        Assert.Equal("451 4.3.0 Not stored, try again later\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
    }

    [Fact]
    public void A_message_not_answered_in_time_is_answered_451_and_a_late_answer_ignored()
    {
        IActorRef receiver = Deliver(out SmtpMessage message, TimeSpan.FromMilliseconds(50));
        Assert.Equal("451 4.3.0 Not stored, try again later\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
        receiver.Tell(new SmtpStored(message.Id), _inbox.Ref);
        Receive(receiver, "NOOP\r\n");
        Assert.Equal("250 2.0.0 Ok\r\n", ExpectWrite());
    }

    [Fact]
    public void A_message_whose_actor_stops_is_answered_451_at_once()
    {
        Deliver(out _);
        Sys.Stop(_inbox.Ref);
        Assert.Equal("451 4.3.0 Not stored, try again later\r\n", ExpectWrite());
    }

    [Fact]
    public void A_peer_that_has_sent_its_FIN_still_gets_the_answer()
    {
        IActorRef receiver = Deliver(out SmtpMessage message);
        receiver.Tell(new PeerFinished(), _transport.Ref);
        receiver.Tell(new SmtpStored(message.Id), _inbox.Ref);
        Assert.Equal("250 2.0.0 Ok: stored\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
        _transport.ExpectMsg<Close>();
    }

    [Fact]
    public void QUIT_closes()
    {
        Receive(Connect(), "QUIT\r\n");
        Assert.Equal("221 2.0.0 mx.test closing connection\r\n", ExpectWrite());
        _transport.ExpectMsg<Close>();
    }

    [Fact]
    public void Draining_waits_for_the_message_that_is_being_delivered()
    {
        IActorRef receiver = Deliver(out SmtpMessage message);
        receiver.Tell(new Draining(), _transport.Ref);
        receiver.Tell(new SmtpStored(message.Id), _inbox.Ref);
        Assert.Equal("250 2.0.0 Ok: stored\r\n421 4.3.2 mx.test: Shutting down\r\n", ExpectWrite());
        _transport.ExpectMsg<Close>();
    }

    [Fact]
    public void STARTTLS_puts_the_layer_in_behind_its_answer()
    {
        var tls = new Layer("tls", _ => Props.Create<SilentActor>());
        IActorRef receiver = Connect(layers: new Dictionary<string, Layer>(StringComparer.Ordinal) { ["tls"] = tls });
        Receive(receiver, "STARTTLS\r\n");
        Assert.Equal("220 2.0.0 Ready to start TLS\r\n", ExpectWrite());
        _transport.FishForMessage(message => message is Claim);
    }

    [Fact]
    public void Without_a_certificate_STARTTLS_is_not_available()
    {
        IActorRef receiver = Connect();
        Receive(receiver, "STARTTLS\r\nNOOP\r\n");
        Assert.Equal("454 4.7.0 TLS not available\r\n250 2.0.0 Ok\r\n", ExpectWrite());
    }

    [Fact]
    public void A_user_is_authenticated_by_an_actor_that_may_take_its_time()
    {
        IActorRef receiver = Login(out SmtpAuthenticate login);
        Assert.Equal(("joe", "secret"), (login.UserName, login.Password));
        _transport.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        receiver.Tell(new SmtpAuthenticated("another"), _accounts.Ref);
        receiver.Tell(new SmtpAuthenticated(login.Id), _accounts.Ref);
        Assert.Equal("235 2.7.0 Authentication successful\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
        Assert.Equal("250 2.0.0 Ok\r\n", ExpectWrite());
    }

    [Fact]
    public void A_user_who_is_not_authenticated_is_answered_535_and_no_secret_is_logged()
    {
        IActorRef receiver = Login(out SmtpAuthenticate login);
        EventFilter
            .Warning("192.0.2.7:40000: not authenticated: no such user")
            .ExpectOne(() => receiver.Tell(new SmtpNotAuthenticated(login.Id, "no such user"), _accounts.Ref));
        Assert.Equal("535 5.7.8 Authentication credentials invalid\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
    }

    [Fact]
    public void An_authenticator_that_does_not_answer_is_454_and_its_late_answer_ignored()
    {
        IActorRef receiver = Login(out SmtpAuthenticate login, TimeSpan.FromMilliseconds(50));
        Assert.StartsWith("454 4.7.0", ExpectWrite(), StringComparison.Ordinal);
        _transport.ExpectMsg<ResumeReading>();
        Assert.Equal("250 2.0.0 Ok\r\n", ExpectWrite());
        receiver.Tell(new SmtpAuthenticated(login.Id), _accounts.Ref);
        Receive(receiver, Plain);
        _transport.ExpectMsg<SuspendReading>();
        Assert.NotEqual(login.Id, _accounts.ExpectMsg<SmtpAuthenticate>().Id, StringComparer.Ordinal);
    }

    [Fact]
    public void An_authenticator_that_stops_is_454_at_once()
    {
        Login(out _);
        Sys.Stop(_accounts.Ref);
        Assert.StartsWith("454 4.7.0", ExpectWrite(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_authenticator_named_by_path_that_is_not_there_is_454()
    {
        IActorRef receiver = Connect(props: Named("/user/absent", "authenticate-with = \"/user/nobody\""), tls: s_tls);
        EventFilter
            .Warning(contains: "not authenticated: there is no actor at /user/nobody")
            .ExpectOne(() => Receive(receiver, "EHLO client.test\r\n" + Plain));
        ExpectWrite();
        _transport.ExpectMsg<SuspendReading>();
        Assert.StartsWith("454 4.7.0", ExpectWrite(), StringComparison.Ordinal);
    }

    [Fact]
    public void TLS_that_is_required_and_cannot_be_is_warned_of()
    {
        SmtpOptions options = new() { HostName = "mx.test", RequireTls = true };
        EventFilter
            .Warning(contains: "TLS is required, but cannot be started")
            .ExpectOne(() => Connect(props: SmtpReceiver.Props(_inbox.Ref, options)));
    }

    [Fact]
    public void Required_authentication_needs_an_authenticator() =>
        Assert.Throws<ArgumentException>(() => SmtpReceiver.Props(_inbox.Ref, new SmtpOptions { RequireAuth = true }));

    [Fact]
    public void An_inbox_named_by_path_may_start_after_the_session()
    {
        IActorRef receiver = Connect(props: Named("/user/late"));
        Sys.ActorOf(Props.Create(() => new Forwarder(_inbox.Ref)), "late");
        Receive(receiver, Mail);
        ExpectWrite();
        SmtpMessage message = _inbox.ExpectMsg<SmtpMessage>();
        Assert.Equal(receiver, _inbox.LastSender);
        _transport.ExpectMsg<SuspendReading>();
        receiver.Tell(new SmtpStored(message.Id), _inbox.Ref);
        Assert.Equal("250 2.0.0 Ok: stored\r\n", ExpectWrite());
    }

    [Fact]
    public void An_inbox_that_is_not_there_is_answered_451_and_looked_up_again_for_the_next_message()
    {
        IActorRef receiver = Connect(props: Named("/user/absent"));
        EventFilter.Warning(contains: "there is no actor at /user/absent").ExpectOne(() => Receive(receiver, Mail));
        ExpectWrite();
        _transport.ExpectMsg<SuspendReading>();
        Assert.Equal("451 4.3.0 Not stored, try again later\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();

        Sys.ActorOf(Props.Create(() => new Forwarder(_inbox.Ref)), "absent");
        Receive(receiver, Mail);
        _inbox.ExpectMsg<SmtpMessage>();
    }

    [Fact]
    public void An_inbox_named_by_path_that_stops_is_answered_451_at_once()
    {
        IActorRef inbox = Sys.ActorOf(Props.Create(() => new Forwarder(_inbox.Ref)), "stopping");
        IActorRef receiver = Connect(props: Named("/user/stopping"));
        Receive(receiver, Mail);
        _inbox.ExpectMsg<SmtpMessage>();
        ExpectWrite();
        _transport.ExpectMsg<SuspendReading>();
        Sys.Stop(inbox);
        Assert.Equal("451 4.3.0 Not stored, try again later\r\n", ExpectWrite());
    }

    [Fact]
    public void A_large_message_is_in_a_file_until_it_is_answered()
    {
        IActorRef receiver = Connect();
        string body = Large(receiver, blocks: 5);
        Receive(receiver, ".\r\nNOOP\r\n");
        SmtpMessage message = _inbox.ExpectMsg<SmtpMessage>();
        Assert.Equal(body, message.Text());
        Assert.Single(Directory.GetFiles(_folder));
        _transport.ExpectMsg<SuspendReading>();
        receiver.Tell(new SmtpStored(message.Id), _inbox.Ref);
        Assert.Equal("250 2.0.0 Ok: stored\r\n", ExpectWrite());
        _transport.ExpectMsg<ResumeReading>();
        Assert.Equal("250 2.0.0 Ok\r\n", ExpectWrite());
        AwaitAssert(() => Assert.Empty(Directory.GetFiles(_folder)));
        Assert.Throws<ObjectDisposedException>(message.Content.OpenRead);
    }

    [Fact]
    public void A_connection_lost_in_a_large_message_leaves_no_file()
    {
        IActorRef receiver = Connect();
        Large(receiver, blocks: 3);
        Assert.Single(Directory.GetFiles(_folder));
        receiver.Tell(new Closed(CloseReason.Reset), _transport.Ref);
        AwaitAssert(() => Assert.Empty(Directory.GetFiles(_folder)));
    }

    [Fact]
    public void A_connection_lost_while_a_large_message_is_stored_leaves_no_file_once_it_is_read()
    {
        IActorRef receiver = Connect();
        string body = Large(receiver, blocks: 3);
        Receive(receiver, ".\r\n");
        SmtpMessage message = _inbox.ExpectMsg<SmtpMessage>();
        using (StreamReader reader = new(message.Content.OpenRead()))
        {
            Watch(receiver);
            receiver.Tell(new Closed(CloseReason.Reset), _transport.Ref);
            ExpectTerminated(receiver);
            Assert.Equal(body, reader.ReadToEnd());
        }

        AwaitAssert(() => Assert.Empty(Directory.GetFiles(_folder)));
    }

    [Fact]
    public void A_folder_that_is_gone_is_answered_452()
    {
        IActorRef receiver = Connect();
        Directory.Delete(_folder);
        File.WriteAllText(_folder, "");
        Receive(receiver, BeforeData);
        ExpectWrite();
        EventFilter
            .Warning(contains: "no room on disk for a message")
            .ExpectOne(() => Receive(receiver, new string('x', 20_000)));
        _transport.ExpectMsg<SuspendReading>();
        _transport.ExpectMsg<ResumeReading>();
        Receive(receiver, "\r\n.\r\nNOOP\r\n");
        Assert.Equal("452 4.3.1 No room for the message now, try again later\r\n250 2.0.0 Ok\r\n", ExpectWrite());
        File.Delete(_folder);
        Directory.CreateDirectory(_folder);
    }

    [Theory]
    [InlineData("spool-limit = 10MiB", "options.spool-limit: is 10MiB; it must be at least max-message-size")]
    [InlineData("spool-directory = \"/dev/null/spool\"", "options.spool-directory: is /dev/null/spool; it must be")]
    public void A_spool_that_cannot_be_is_an_error_at_start(string options, string start) =>
        Assert.StartsWith(
            start,
            Assert.Throws<ReactorConfigurationException>(() => Named("/user/inbox", options)).Message,
            StringComparison.Ordinal
        );

    protected override void AfterAll()
    {
        base.AfterAll();
        _loop.Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private IActorRef Deliver(out SmtpMessage message, TimeSpan? timeout = null)
    {
        IActorRef receiver = Connect(timeout);
        Receive(receiver, Mail);
        ExpectWrite();
        _transport.ExpectMsg<SuspendReading>();
        message = _inbox.ExpectMsg<SmtpMessage>();
        return receiver;
    }

    // The threshold is 10,000 octets, and each block is over it.
    private string Large(IActorRef receiver, int blocks)
    {
        Receive(receiver, BeforeData);
        ExpectWrite();
        string block = new string('x', 10_000) + "\r\n";
        for (int i = 0; i < blocks; i++)
        {
            Receive(receiver, block);
            _transport.ExpectMsg<SuspendReading>();
            _transport.ExpectMsg<ResumeReading>();
        }

        return string.Concat(Enumerable.Repeat(block, blocks));
    }

    private Props Named(string path, string more = "") =>
        SmtpReceiver.FromConfiguration(
            SettingsReader.Of(
                ConfigurationFactory.ParseString($"options {{ hostname = mx.test, deliver-to = \"{path}\"\n{more} }}"),
                "options"
            ),
            Sys
        );

    private IActorRef Login(out SmtpAuthenticate login, TimeSpan? timeout = null)
    {
        SmtpOptions options = new() { HostName = "mx.test", AuthTimeout = timeout ?? TimeSpan.FromSeconds(60) };
        IActorRef receiver = Connect(props: SmtpReceiver.Props(_inbox.Ref, options, _accounts.Ref), tls: s_tls);
        Receive(receiver, "EHLO client.test\r\n" + Plain);
        ExpectWrite();
        _transport.ExpectMsg<SuspendReading>();
        login = _accounts.ExpectMsg<SmtpAuthenticate>();
        return receiver;
    }

    private IActorRef Connect(
        TimeSpan? timeout = null,
        Dictionary<string, Layer>? layers = null,
        Props? props = null,
        TlsInfo? tls = null
    )
    {
        var options = new SmtpOptions
        {
            HostName = "mx.test",
            DeliveryTimeout = timeout ?? TimeSpan.FromSeconds(60),
            SpoolDirectory = _folder,
            SpoolThreshold = 10_000,
        };
        IActorRef receiver = Sys.ActorOf(props ?? SmtpReceiver.Props(_inbox.Ref, options));
        var connected = new Connected(_transport.Ref, Remote, Remote) { Loop = _loop, Tls = tls };
        receiver.Tell(layers is null ? connected : connected with { KnownLayers = layers }, _transport.Ref);
        Assert.Equal("220 mx.test ESMTP ready\r\n", ExpectWrite());
        return receiver;
    }

    private void Receive(IActorRef receiver, string text) =>
        receiver.Tell(new Received(new ReadOnlySequence<byte>(SmtpDialogue.Octets(text))), _transport.Ref);

    private string ExpectWrite() => Encoding.ASCII.GetString(_transport.ExpectMsg<Write>().Data.ToArray());

    private sealed class Forwarder(IActorRef target) : UntypedActor
    {
        protected override void OnReceive(object message) => target.Forward(message);
    }

    private sealed class EventWakeSignal : IWakeSignal
    {
        private readonly AutoResetEvent _event = new(initialState: false);

        public nint Descriptor => -1;

        public void Set() => _event.Set();

        public void Clear() => _event.Reset();

        public void Wait(int timeoutMilliseconds) => _event.WaitOne(timeoutMilliseconds);

        public void Dispose() => _event.Dispose();
    }

    private sealed class SilentActor : UntypedActor
    {
        protected override void OnReceive(object message) { }
    }
}
