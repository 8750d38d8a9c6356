using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor;

namespace ReactorHost.Tools;

/// <summary>
/// Says what is said before TLS, starts it, reports on it, and then relays: the input to the server, no faster than the server takes
/// it, and what the server sends to the output, no faster than the output takes it.
/// </summary>
internal sealed class ProbeProtocol(
    StartTlsDialogue? dialogue,
    bool quiet,
    Stream input,
    PipeWriter output,
    TaskCompletionSource<ReactorException?> ended
) : ProtocolActor
{
    private readonly object _inputEnded = new();
    private bool _relays;

    protected override bool KeepsReceived => false;

    // Everything that the server has sent before a failure is shown.
    protected override bool ReadsToEnd => true;

    protected override void OnConnected()
    {
        if (dialogue is null)
        {
            Report(Connection.Tls);
            Relay();
        }
        else if (!dialogue.First.IsEmpty)
        {
            Write(dialogue.First);
        }
    }

    protected override void OnSecured(TlsInfo info)
    {
        Report(info);
        Relay();
    }

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        if (!_relays)
        {
            return Negotiate(data);
        }

        foreach (ReadOnlyMemory<byte> piece in data)
        {
            output.Write(piece.Span);
        }

        Flush();
        return data.Length;
    }

    protected override void OnMessage(object message)
    {
        if (message == _inputEnded)
        {
            CloseWrite();
        }
        else if (message is FlushResult { IsCompleted: true })
        {
            // Nobody reads the output any more.
            Abort();
        }
        else if (message is FlushResult)
        {
            ResumeReading();
        }
        else
        {
            base.OnMessage(message);
        }
    }

    protected override void OnClosed(Closed closed) =>
        ended.TrySetResult(
            closed.Cause
                ?? (_relays ? null : new StartTlsException("The server has closed the connection before TLS was on."))
        );

    private long Negotiate(in ReadOnlySequence<byte> data)
    {
        try
        {
            long used = dialogue!.Take(data, out ReadOnlyMemory<byte> answer);
            if (!answer.IsEmpty)
            {
                Write(answer);
            }

            if (dialogue.IsReady)
            {
                StartTls();
            }

            return used;
        }
        catch (StartTlsException refused)
        {
            Abort(refused);
            return data.Length;
        }
    }

    private void Relay()
    {
        _relays = true;
        Write(new WriteFrom(input, _inputEnded));
    }

    private void Report(TlsInfo? info)
    {
        if (quiet)
        {
            return;
        }

        string text = info is null ? "in the clear\n" : TlsReport.Of(info, DateTimeOffset.UtcNow);
        Encoding.UTF8.GetBytes($"connected    {Connection.Remote}\n{text}---\n", output);
        Flush();
    }

    // The output is slow if it does not take everything at once; then the server waits.
    private void Flush()
    {
        ValueTask<FlushResult> flush = output.FlushAsync();
        if (flush is { IsCompletedSuccessfully: true, Result.IsCompleted: false })
        {
            return;
        }

        SuspendReading();
        _ = flush.AsTask().PipeTo(Self, success: result => result);
    }
}
