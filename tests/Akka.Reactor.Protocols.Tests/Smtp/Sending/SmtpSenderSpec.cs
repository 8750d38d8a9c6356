using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>The sender on the simulated network: to our receiver, and to scripted servers.</summary>
public sealed class SmtpSenderSpec : IDisposable
{
    private const string Here = "10.0.0.2";
    private const string There = "10.0.0.1";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TlsServerOptions ServerTls = new(MakeCertificate());
    private static readonly TlsClientOptions ClientTls = new("server.test") { Verify = TlsVerification.NoneDangerous };
    private static readonly SmtpSenderOptions InClear = new() { HostName = "me.test", StartTls = SmtpStartTls.Never };

    private static readonly SmtpSenderOptions Secret = new()
    {
        HostName = "me.test",
        Credentials = new SmtpCredentials("joe", "secret"),
    };

    private readonly Simulation _simulation = new(1);
    private readonly List<SmtpMessage> _messages = [];
    private readonly List<string> _contents = [];
    private readonly List<SmtpSendResult> _results = [];
    private readonly ActorSystem _system;
    private int _number;
    private readonly IActorRef _collector;

    public SmtpSenderSpec()
    {
        _system = _simulation.CreateSystem("client", Here);
        _collector = _system.ActorOf(Props.Create(() => new Collector(_results)), "collector");
    }

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData("tcp", true)]
    [InlineData("tls", true)]
    [InlineData("tcp", false)]
    public void Messages_reach_our_receiver_over_STARTTLS_over_TLS_and_in_the_clear(string scheme, bool tls)
    {
        Serve(scheme, tls);
        IActorRef sender = Connect(scheme, SmtpSender.Props(tls ? Secret : InClear));
        Send(sender, "one\n.\n..two\r\n");
        Send(sender, new string('x', 100_000) + "\r\n");
        Send(sender, "");
        sender.Tell(new SmtpQuit());
        _simulation.RunUntil(() => _results.Count == 3 && _simulation.OpenSockets(Here) == 0, Minute);
        Assert.All(_results, result => Assert.True(result.IsAccepted));
        Assert.Equal(["m1", "m2", "m3"], _results.Select(result => result.Id), StringComparer.Ordinal);
        Assert.Equal(
            ["one\r\n.\r\n..two\r\n", new string('x', 100_000) + "\r\n", ""],
            _contents,
            StringComparer.Ordinal
        );
        Assert.All(_messages, message => Assert.Equal(tls ? "ESMTPSA" : "ESMTP", message.WithProtocol));
        Assert.All(_messages, message => Assert.Equal("me.test", message.Helo));
        Assert.Empty(_simulation.Log);
    }

    [Fact]
    public void One_message_is_sent_and_the_connection_closed()
    {
        Serve("tcp", tls: false);
        Connect(
            "tcp",
            SmtpSender.Props(new SmtpSenderOptions { StartTls = SmtpStartTls.Never }, Message("hi"), _collector)
        );
        _simulation.RunUntil(() => _results.Count == 1 && _simulation.OpenSockets(Here) == 0, Minute);
        Assert.True(_results[0].IsAccepted);
        Assert.Equal($"[{Here}]", Assert.Single(_messages).Helo);
    }

    [Theory]
    [InlineData("250-mx\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n", null)]
    [InlineData("250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "454 4.7.0 not now\r\n")]
    public void A_server_that_strips_or_refuses_STARTTLS_gets_neither_MAIL_nor_AUTH(string ehlo, string? startTls)
    {
        ScriptedServer server = Script(("EHLO", ehlo), ("STARTTLS", startTls ?? "503 x\r\n"), ("QUIT", "221 bye\r\n"));
        Assert.IsType<SmtpTlsException>(FailureOfOne(Secret));
        Assert.DoesNotContain("MAIL", server.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("AUTH", server.Received, StringComparison.Ordinal);
        Assert.Equal(startTls is not null, server.Received.Contains("STARTTLS", StringComparison.Ordinal));
        Assert.Equal(SmtpDelivery.NotSent, _results[0].Recipients[0].Delivery);
    }

    [Theory]
    [InlineData("250-mx\r\n250 AUTH PLAIN\r\n")]
    [InlineData("2")]
    public void Plaintext_behind_the_reply_to_STARTTLS_ends_the_connection(string injected)
    {
        ScriptedServer server = Script(("EHLO", "250-mx\r\n250 STARTTLS\r\n"), ("STARTTLS", "220 go\r\n" + injected));
        Assert.IsAssignableFrom<PeerViolationException>(FailureOfOne(Secret));
        Assert.Equal("EHLO me.test\r\nSTARTTLS\r\n", server.Received[..24]);
        Assert.DoesNotContain("MAIL", server.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void Plaintext_instead_of_a_handshake_is_no_reply()
    {
        ScriptedServer server = Script(("EHLO", "250-mx\r\n250 STARTTLS\r\n"), ("STARTTLS", "220 go\r\n"));
        server.Then = (peer, received) =>
        {
            if (received.Length > 30)
                peer.Send("250-mx\r\n250 AUTH PLAIN\r\n250 Ok\r\n");
        };
        Assert.Contains("Tls", FailureOfOne(Secret).GetType().Name, StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL", server.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_not_trusted_is_the_failure_of_the_message()
    {
        Serve("tcp", tls: true);
        Assert.IsType<TlsCertificateException>(FailureOfOne(Secret, new TlsClientOptions("server.test")));
        Assert.Empty(_messages);
    }

    [Fact]
    public void A_wrong_password_is_the_failure_of_the_message()
    {
        Serve("tcp", tls: true);
        SmtpSenderOptions wrong = Secret with { Credentials = new SmtpCredentials("joe", "guess") };
        SmtpAuthException failure = Assert.IsType<SmtpAuthException>(FailureOfOne(wrong));
        Assert.Equal("5.7.8", failure.Reply!.EnhancedCode);
        Assert.Equal("smtp-authentication", failure.FailureClass.Name);
        Assert.All(_simulation.Log, line => Assert.DoesNotContain("guess", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, SmtpDelivery.Unknown)]
    [InlineData(false, SmtpDelivery.NotSent)]
    public void A_connection_that_is_lost_in_the_content_leaves_it_unknown_only_after_its_end(
        bool whole,
        SmtpDelivery delivery
    )
    {
        ScriptedServer server = Script(
            ("EHLO", "250 mx\r\n"),
            ("MAIL", "250 Ok\r\n"),
            ("RCPT", "250 Ok\r\n"),
            ("DATA", "354 go\r\n")
        );
        string content = whole ? "hello\r\n" : new string('x', 10_000_000);
        server.Then = (peer, received) =>
        {
            if (received.EndsWith(whole ? "\r\n.\r\n" : "xxx", StringComparison.Ordinal))
                peer.ResetNow();
        };
        Assert.NotNull(FailureOfOne(InClear, content: content));
        Assert.Equal(delivery, _results[0].Recipients[0].Delivery);
    }

    [Fact]
    public void A_content_that_fails_is_never_ended()
    {
        ScriptedServer server = Script(
            ("EHLO", "250 mx\r\n"),
            ("MAIL", "250 Ok\r\n"),
            ("RCPT", "250 Ok\r\n"),
            ("DATA", "354 go\r\n")
        );
        SmtpSend message = Message("") with { Content = () => throw new FileNotFoundException("no such mail") };
        Connect("tcp", SmtpSender.Props(InClear, message, _collector));
        _simulation.RunUntil(() => _results.Count == 1 && _simulation.OpenSockets(Here) == 0, Minute);
        Assert.IsType<FileNotFoundException>(Assert.IsType<WriteSourceException>(_results[0].Failure).InnerException);
        Assert.Equal(SmtpDelivery.NotSent, _results[0].Recipients[0].Delivery);
        Assert.EndsWith("DATA\r\n", server.Received, StringComparison.Ordinal);
        _simulation.RunUntilQuiet();
        Assert.True(server.Peer.WasReset);
    }

    [Fact]
    public void A_server_that_does_not_reply_is_given_up()
    {
        ScriptedServer server = Script(("EHLO", "250 mx\r\n"), ("MAIL", ""));
        SmtpSenderOptions options = InClear with { ReplyTimeout = 10 * Second };
        Connect("tcp", SmtpSender.Props(options, Message("hi"), _collector));
        _simulation.RunUntilQuiet();
        server.Peer.Send("250 dripping, octet by octet\r\n", cut: 1, Second);
        _simulation.Run(9 * Second);
        Assert.Empty(_results);
        _simulation.Run(2 * Second);
        Assert.Equal(10 * Second, Assert.IsType<SmtpReplyTimeoutException>(Assert.Single(_results).Failure).Timeout);
    }

    [Fact]
    public void A_server_that_finishes_in_the_middle_is_a_failure()
    {
        ScriptedServer server = Script(("EHLO", "250 mx\r\n"), ("MAIL", ""));
        server.Then = (peer, received) =>
        {
            if (received.Contains("MAIL", StringComparison.Ordinal))
                peer.Finish();
        };
        ReactorException failure = FailureOfOne(InClear);
        Assert.Equal(CloseReason.PeerFinished, Assert.IsType<TransportClosedException>(failure).Reason);
    }

    [Fact]
    public void A_client_answers_at_once_while_there_is_no_server_and_sends_when_there_is_one()
    {
        // The host is there, but the server is not.
        _simulation.Listen(There, 26);
        ClientOptions options = new([$"tcp://{There}:25"], SmtpSender.Props(InClear))
        {
            Connect = _system.Reactor().ConnectDefaults,
            Reconnect = new ReconnectOptions { Policy = new RetryPolicy { MinBackoff = 10 * Second } },
        };
        ClientStarted client = _simulation.Await(() => _system.Reactor().StartClient(options));
        Send(client.Protocol, "early");
        _simulation.RunUntil(() => _results.Count == 1, Second);
        Send(client.Protocol, "too early");
        _simulation.RunUntil(() => _results.Count == 2, Second);
        Assert.All(_results, result => Assert.IsType<ConnectRefusedException>(result.Failure));

        Serve("tcp", tls: false);
        client.Client.Tell(new Reconnect());
        _simulation.Run(Second);
        Send(client.Protocol, "late\r\n");
        _simulation.RunUntil(() => _results.Count == 3, Second);
        Assert.True(_results[2].IsAccepted);

        client.Client.Tell(new Disconnect());
        _simulation.RunUntil(() => _simulation.OpenSockets(Here) == 0, Minute);
        client.Client.Tell(new Reconnect());
        _simulation.Run(Second);
        Send(client.Protocol, "again\r\n");
        _simulation.RunUntil(() => _results.Count == 4, Second);
        Assert.Equal(["late\r\n", "again\r\n"], _contents, StringComparer.Ordinal);
    }

    [Fact]
    public void The_queue_is_bounded()
    {
        Script(("EHLO", "250 mx\r\n"), ("MAIL", ""));
        IActorRef sender = Connect("tcp", SmtpSender.Props(InClear with { QueueLimit = 1 }));
        _simulation.RunUntilQuiet();
        for (int number = 0; number < 3; number++)
            Send(sender, "hi");
        _simulation.RunUntil(() => _results.Count == 1, Second);
        Assert.Equal("m3", _results[0].Id);
        Assert.IsType<SmtpQueueFullException>(_results[0].Failure);
        _system.Stop(sender);
        _simulation.RunUntil(() => _results.Count == 3, Second);
        Assert.All(_results, result => Assert.Equal(SmtpDelivery.NotSent, result.Recipients[0].Delivery));
    }

    private ReactorException FailureOfOne(
        SmtpSenderOptions options,
        TlsClientOptions? tls = null,
        string content = "hi"
    )
    {
        Connect("tcp", SmtpSender.Props(options, Message(content), _collector), tls);
        _simulation.RunUntil(() => _results.Count == 1 && _simulation.OpenSockets(Here) == 0, Minute);
        return _results[0].Failure!;
    }

    private IActorRef Connect(string scheme, Props sender, TlsClientOptions? tls = null)
    {
        ConnectOptions options = _system.Reactor().ConnectDefaults with { Tls = tls ?? ClientTls };
        return _simulation.Await(() => _system.Reactor().Connect($"{scheme}://{There}:25", sender, options)).Protocol;
    }

    private void Send(IActorRef sender, string content) => sender.Tell(Message(content), _collector);

    private SmtpSend Message(string content) =>
        new()
        {
            Id = $"m{++_number}",
            ReversePath = "a@b.test",
            Recipients = ["c@d.test"],
            Content = () => new MemoryStream(Encoding.ASCII.GetBytes(content)),
        };

    // Our receiver.
    private void Serve(string scheme, bool tls)
    {
        ActorSystem system = _simulation.CreateSystem("server", There);
        IActorRef inbox = system.ActorOf(Props.Create(() => new Inbox(_messages, _contents)), "inbox");
        IActorRef accounts = system.ActorOf(Props.Create<Accounts>(), "accounts");
        SmtpOptions options = new()
        {
            HostName = "mx.test",
            SpoolThreshold = int.MaxValue,
            RequireTls = tls,
        };
        _simulation.Bind(
            system,
            $"{scheme}://{There}:25",
            SmtpReceiver.Props(inbox, options, accounts),
            system.Reactor().ListenerDefaults with
            {
                Tls = tls ? ServerTls : null,
            }
        );
    }

    private ScriptedServer Script(params (string Word, string Reply)[] script)
    {
        ScriptedServer server = new(script);
        _simulation.Listen(There, 25, server.Accept);
        return server;
    }

    private static TlsCertificate MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=server.test", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return TlsCertificate.From(request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1)));
    }

    private sealed class Collector : ReceiveActor
    {
        public Collector(List<SmtpSendResult> results) => Receive<SmtpSendResult>(results.Add);
    }

    private sealed class Inbox : ReceiveActor
    {
        public Inbox(List<SmtpMessage> messages, List<string> contents) =>
            Receive<SmtpMessage>(message =>
            {
                messages.Add(message);
                contents.Add(message.Text());
                Sender.Tell(new SmtpStored(message.Id));
            });
    }

    private sealed class Accounts : ReceiveActor
    {
        public Accounts() =>
            Receive<SmtpAuthenticate>(login =>
                Sender.Tell(
                    login is { UserName: "joe", Password: "secret" }
                        ? new SmtpAuthenticated(login.Id)
                        : new SmtpNotAuthenticated(login.Id, "wrong password")
                )
            );
    }
}
