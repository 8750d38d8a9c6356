// The C# of README.md and docs/, compiled. DocumentationSpec holds the two together, word for word.

using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols.Tests.Docs;

public sealed class Echo : ProtocolActor
{
    protected override bool KeepsReceived => false; // keeps no part of data; what Write sends does not count

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        Write(data);
        return data.Length; // consumed; what is not is offered again, with more
    }
}

public sealed class Greeter : LineProtocol
{
    protected override void OnConnected() => Write("hello\r\n"u8); // again after every reconnect

    protected override void OnLine(ReadOnlySequence<byte> line) => Log.Info("{0}", Encoding.UTF8.GetString(line));
}

public sealed class Upgradable : LineProtocol
{
    protected override void OnLine(ReadOnlySequence<byte> line)
    {
        if (line.ToArray().AsSpan().SequenceEqual("STARTTLS"u8))
        {
            Write("220 Ready to start TLS\r\n"u8); // leaves in the clear
            StartTls(); // from here on this protocol speaks TLS
        }
        else
        {
            Write("250 Ok\r\n"u8);
        }
    }

    protected override void OnSecured(TlsInfo info) => Log.Info("Secured: {0}", info);
}

public sealed class Journal(string folder) : ProtocolActor
{
    private FileStream? _file;

    protected override void OnConnected() => _file = File.Create(Path.Combine(folder, Path.GetRandomFileName()));

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            _file!.Write(piece.Span);
        }

        return data.Length;
    }

    protected override void OnClosed(Closed closed)
    {
        _file?.Dispose();
        base.OnClosed(closed);
    }
}

public sealed class Sender : ProtocolActor
{
    protected override void OnConnected() => Write("hello\r\n"u8, ack: "greeted");

    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

    protected override void OnMessage(object message)
    {
        if (message is "greeted")
        {
            Close(); // delivers, sends FIN, waits for the peer's
        }
    }
}

public sealed class Subscriber(Feed feed) : ProtocolActor
{
    protected override void OnConnected() => feed.Add(CreateWriter(limit: 256 * 1024));

    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
}

public sealed class Feed // used by any thread
{
    private readonly ConcurrentDictionary<ConnectionWriter, bool> _writers = new();

    public void Add(ConnectionWriter writer) => _writers[writer] = true;

    public void Publish(ReadOnlyMemory<byte> price)
    {
        foreach (ConnectionWriter writer in _writers.Keys)
        {
            if (!writer.TryWrite(price) && writer.Ended is not null)
            {
                _writers.TryRemove(writer, out _); // a subscriber without room only misses this price
            }
        }
    }
}

public sealed class Download : LineProtocol
{
    protected override void OnLine(ReadOnlySequence<byte> line)
    {
        WriteFile("/srv/files/catalogue.json", ack: "sent");
        Write(new WriteFrom(Report()) { DeliveredAck = "the report has arrived" });
        Close(); // after all of it
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Report()
    {
        for (int page = 1; page <= 1_000_000; page++)
        {
            yield return Encoding.UTF8.GetBytes($"page {page}\n"); // pulled as fast as the peer reads
        }
    }
}

public sealed class Visitors : ProtocolActor
{
    protected override void OnConnected() =>
        Log.Info("{0} has come through {1}", Connection.Remote, Connection.Proxied?.RealRemote);

    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
}

public sealed class Shout(IActorRef lower) : LayerActor(lower)
{
    public static Layer Layer { get; } = new("shout", lower => Props.Create<Shout>(lower));

    protected override void OnWrite(Write write, IActorRef sender)
    {
        byte[] data = write.Data.ToArray();
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)char.ToUpperInvariant((char)data[i]);
        }

        Lower.Tell(write with { Data = new ReadOnlySequence<byte>(data) }, sender);
    }
}

public sealed class Relay : ProtocolActor
{
    private readonly Queue<string> _waiting = new();

    protected override void OnConnecting(Connecting connecting) =>
        Log.Info("Attempt {0}: {1}", connecting.Attempt, connecting.EndPoint);

    protected override void OnConnected() => Write("HELLO\r\n"u8);

    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

    protected override void OnDisconnected(Disconnected disconnected) =>
        Log.Info("{0} Next attempt in {1}", disconnected.Cause.Message, disconnected.RetryIn);

    protected override void OnGaveUp(GaveUp gaveUp) => Log.Error("{0}", gaveUp.Cause.Message);

    protected override void OnWriteFailed(WriteFailed failure) =>
        _waiting.Enqueue(Encoding.ASCII.GetString(((Write)failure.Write).Data));
}

public sealed class Inbox : ReceiveActor
{
    public Inbox(MailStore store) =>
        Receive<SmtpMessage>(message =>
        {
            try
            {
                using Stream content = message.Content.OpenRead();
                store.Write(message.Id, content);
                Sender.Tell(new SmtpStored(message.Id));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Sender.Tell(new SmtpNotStored(message.Id, e.Message));
            }
        });
}

/// <summary>Stands for the reader's own.</summary>
public abstract class MailStore
{
    public abstract void Write(string id, Stream content);
}

public sealed class Accounts : ReceiveActor
{
    public Accounts(UserStore users) =>
        ReceiveAsync<SmtpAuthenticate>(async login =>
        {
            bool right = await users.CheckAsync(login.UserName, login.Password);
            Sender.Tell(
                right
                    ? new SmtpAuthenticated(login.Id)
                    : new SmtpNotAuthenticated(login.Id, "wrong user name or password")
            );
        });
}

/// <summary>Stands for the reader's own.</summary>
public abstract class UserStore
{
    public abstract Task<bool> CheckAsync(string userName, string password);
}

internal static class Calls
{
    internal static async Task<Bound> Bind(ActorSystem system)
    {
        Bound bound = await system.Reactor().Bind("tcp://127.0.0.1:7000", Props.Create<Echo>());
        return bound;
    }

    internal static async Task Greet(ActorSystem system)
    {
        await system.Reactor().StartClient(new ClientOptions(["tcp://127.0.0.1:7000"], Props.Create<Greeter>()));
    }

    internal static async Task<ConnectionMade> Connect(ActorSystem system)
    {
        ConnectionMade made = await system.Reactor().Connect("tls://mail.example:465", Props.Create<Sender>());
        return made;
    }

    internal static async Task<ClientStarted> StartClient(ActorSystem system)
    {
        ClientStarted client = await system
            .Reactor()
            .StartClient(
                new ClientOptions(["tls://relay.example:465", "tls://backup.example:465"], Props.Create<Relay>())
            );
        return client;
    }

    internal static async Task<SmtpSendResult> SendMail(ActorSystem system, string password)
    {
        SmtpSenderOptions options = new() { Credentials = new SmtpCredentials("joe", password) };
        ConnectionMade made = await system.Reactor().Connect("tcp://mail.example.org:587", SmtpSender.Props(options));
        SmtpSend mail = new()
        {
            ReversePath = "joe@example.org",
            Recipients = ["ann@example.net", "bob@example.net"],
            Content = () => File.OpenRead("mail.eml"),
        };
        SmtpSendResult result = await made.Protocol.Ask<SmtpSendResult>(mail);
        made.Protocol.Tell(new SmtpQuit());
        return result;
    }

    internal static async Task<ConnectionMade> ConnectThroughProxy(ActorSystem system, string password)
    {
        ConnectOptions throughProxy = system.Reactor().ConnectDefaults with
        {
            Proxies = [new Proxy(ProxyKind.Socks5, "proxy.example", 1080) { Credentials = new("alice", password) }],
        };
        ConnectionMade made = await system
            .Reactor()
            .Connect("tls://mail.example:465", Props.Create<Sender>(), throughProxy);
        return made;
    }
}
