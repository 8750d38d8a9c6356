using System;
using System.Buffers;
using System.Linq;
using System.Security.Authentication;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsSessionClosingSpec
{
    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_peer_learns_of_close_notify_after_all_data(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);

        pair.Client.WritePlaintext(TlsPair.Bytes("last words"));
        pair.Client.CloseNotify();
        pair.Client.CloseNotify();
        pair.Exchange();
        pair.Server.ReceiveEnd();

        Assert.Equal("last words", pair.ServerSink.Text);
        Assert.Equal(["plaintext", "peer-closed"], pair.ServerSink.Events[^2..]);
        Assert.Null(pair.ServerSink.Failure);
        Assert.False(pair.Client.WritePlaintext(TlsPair.Bytes("x")));
        Assert.False(pair.Client.IsClosed);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_other_direction_stays_open_after_close_notify(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);
        pair.Client.CloseNotify();
        pair.Exchange();

        Assert.True(pair.Server.WritePlaintext(TlsPair.Bytes("still here")));
        pair.Server.CloseNotify();
        pair.Exchange();

        Assert.Equal("still here", pair.ClientSink.Text);
        Assert.True(pair.ClientSink.PeerClosed);
        Assert.True(pair.Client.IsClosed && pair.Server.IsClosed);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_end_of_the_transport_without_close_notify_is_a_truncation(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);
        pair.Client.WritePlaintext(TlsPair.Bytes("hal"));
        pair.Exchange();

        pair.Server.ReceiveEnd();

        var failure = Assert.IsType<TruncatedException>(pair.ServerSink.Failure);
        Assert.False(failure.DuringHandshake);
        Assert.Equal("hal", pair.ServerSink.Text);
    }

    [Fact]
    public void The_end_of_the_transport_inside_a_record_is_a_truncation()
    {
        using TlsPair pair = TlsPair.Connected();
        pair.Client.WritePlaintext(TlsPair.Bytes("half"));
        byte[] record = pair.ClientSink.TakeCiphertext();

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(record, 0, record.Length / 2));
        pair.Server.ReceiveEnd();

        Assert.IsType<TruncatedException>(pair.ServerSink.Failure);
        Assert.Equal(0, pair.ServerSink.Plaintext.Length);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void TLS_is_removed_at_the_very_byte_after_close_notify(SslProtocols version)
    {
        using TlsPair pair = TlsPair.Connected(version);
        pair.Client.WritePlaintext(TlsPair.Bytes("secret"));
        pair.Client.CloseNotify();
        // Looks like a record on purpose: it must not be taken for one.
        byte[] plain = [23, 3, 3, 0, 3, .. "abc"u8];
        byte[] stream = [.. pair.ClientSink.TakeCiphertext(), .. plain];

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(stream));
        pair.Server.CloseNotify();

        Assert.Equal("secret", pair.ServerSink.Text);
        Assert.True(pair.Server.IsClosed);
        Assert.Equal(plain, pair.Server.TakeUnread().ToArray());
        Assert.True(pair.Server.TakeUnread().IsEmpty);

        byte[] answer = [.. pair.ServerSink.TakeCiphertext(), .. "xyz"u8];
        pair.Client.ReceiveCiphertext(new ReadOnlySequence<byte>(answer));
        Assert.True(pair.Client.IsClosed);
        Assert.Equal("xyz"u8.ToArray(), pair.Client.TakeUnread().ToArray());
        Assert.Null(pair.ClientSink.Failure);
        Assert.Null(pair.ServerSink.Failure);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void TLS_is_removed_at_the_right_byte_wherever_the_stream_is_split(SslProtocols version)
    {
        byte[] plain = [.. "plain text"u8];
        int length = int.MaxValue;
        for (int split = 1; split < length; split++)
        {
            using TlsPair pair = TlsPair.Connected(version);
            pair.Client.CloseNotify();
            byte[] stream = [.. pair.ClientSink.TakeCiphertext(), .. plain];
            length = stream.Length;

            pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(stream.AsMemory(0, split)));
            pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(stream.AsMemory(split)));

            Assert.True(pair.Server.PeerClosed);
            Assert.Equal(plain, pair.Server.TakeUnread().ToArray());
        }

        Assert.InRange(length, plain.Length + 20, 200);
    }

    [Fact]
    public void Nothing_is_unread_before_close_notify()
    {
        using TlsPair pair = TlsPair.Connected();
        pair.Client.WritePlaintext(TlsPair.Bytes("x"));
        byte[] record = pair.ClientSink.TakeCiphertext();

        pair.Server.ReceiveCiphertext(new ReadOnlySequence<byte>(record, 0, record.Length - 1));

        Assert.True(pair.Server.TakeUnread().IsEmpty);
    }

    [Fact]
    public void A_sink_may_answer_and_close_from_inside_its_callbacks()
    {
        using TlsPair pair = TlsPair.Connected();
        pair.ServerSink.WhenPlaintext = data => pair.Server.WritePlaintext(data);
        pair.ServerSink.WhenPeerClosed = pair.Server.CloseNotify;

        pair.Client.WritePlaintext(TlsPair.Bytes("echo"));
        pair.Client.CloseNotify();
        pair.Exchange();

        Assert.Equal("echo", pair.ClientSink.Text);
        Assert.True(pair.Client.IsClosed && pair.Server.IsClosed);
    }

    [Fact]
    public void Answers_to_many_records_leave_as_one_write()
    {
        using TlsPair pair = TlsPair.Connected();
        pair.ServerSink.WhenPlaintext = data => pair.Server.WritePlaintext(data);
        foreach (int i in Enumerable.Range(0, 16))
        {
            pair.Client.WritePlaintext(TlsPair.Bytes("message " + i));
        }

        int events = pair.ServerSink.Events.Count;
        pair.ToServer();

        Assert.Equal(["plaintext", "ciphertext"], pair.ServerSink.Events[events..]);
    }

    [Theory]
    [InlineData("plaintext")]
    [InlineData("completed")]
    [InlineData("peer-closed")]
    [InlineData("ciphertext")]
    public void A_sink_may_dispose_the_engine_from_inside_its_callbacks(string where)
    {
        using var pair = new TlsPair();
        RecordingTlsSink sink = pair.ServerSink;
        Action dispose = pair.Server.Dispose;
        switch (where)
        {
            case "plaintext":
                sink.WhenPlaintext = _ => dispose();
                break;
            case "completed":
                sink.WhenCompleted = dispose;
                break;
            case "peer-closed":
                sink.WhenPeerClosed = dispose;
                break;
            default:
                sink.WhenCiphertext = _ => dispose();
                break;
        }

        pair.Client.WritePlaintext(TlsPair.Bytes(new string('x', 200_000)));
        pair.Client.CloseNotify();
        pair.Start();
        pair.Exchange();

        Assert.Equal(TlsSessionState.Disposed, pair.Server.State);
        Assert.Equal(where, sink.Events[^1]);
        Assert.Null(sink.Failure);
    }

    [Fact]
    public void Engines_whose_sinks_call_each_other_directly_lose_nothing()
    {
        using var pair = new TlsPair();
        pair.ClientSink.WhenCiphertext = pair.Server.ReceiveCiphertext;
        pair.ServerSink.WhenCiphertext = pair.Client.ReceiveCiphertext;
        pair.ServerSink.WhenPlaintext = data => pair.Server.WritePlaintext(data);
        pair.ServerSink.WhenPeerClosed = pair.Server.CloseNotify;

        pair.Client.WritePlaintext(TlsPair.Bytes("round"));
        pair.Start();
        pair.Client.WritePlaintext(TlsPair.Bytes(" trip"));
        pair.Client.CloseNotify();

        Assert.Equal("round trip", pair.ClientSink.Text);
        Assert.True(pair.Client.IsClosed && pair.Server.IsClosed);
    }
}
