using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>What the protocols of a run saw, by the address of their peer.</summary>
internal sealed class Ledger
{
    internal Dictionary<EndPoint, Account> Accounts { get; } = [];

    internal Account Open(EndPoint remote)
    {
        Account account = new();
        Accounts.Add(remote, account);
        return account;
    }
}

/// <summary>What one protocol saw.</summary>
internal sealed class Account
{
    internal MemoryStream Received { get; } = new();

    internal List<CloseReason> Ends { get; } = [];

    /// <summary>Acknowledged writes, and failed ones; together every write.</summary>
    internal int Answered { get; set; }

    internal int Written { get; set; }

    internal bool OutOfOrder { get; set; }

    internal void Add(ReadOnlySequence<byte> data)
    {
        foreach (System.ReadOnlyMemory<byte> part in data)
        {
            Received.Write(part.Span);
        }
    }
}

/// <summary>Echoes, and keeps an account of it.</summary>
internal sealed class AccountingEcho(Ledger ledger) : ProtocolActor
{
    private Account? _account;
    private int _lastAck;

    protected override void OnConnected() => _account = ledger.Open(Connection.Remote);

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        _account!.Add(data);
        Write(data, ++_account.Written);
        return data.Length;
    }

    protected override void OnMessage(object message)
    {
        if (message is int ack)
        {
            _account!.Answered++;
            _account.OutOfOrder |= ack != ++_lastAck;
        }
    }

    protected override void OnWriteFailed(WriteFailed failure) => _account!.Answered++;

    protected override void OnClosed(Closed closed) => _account!.Ends.Add(closed.Reason);
}
