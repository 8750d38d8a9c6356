using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>The state of a socket's send.</summary>
internal enum UringSend : byte
{
    None,

    /// <summary>The send is queued or with the kernel.</summary>
    Pending,

    /// <summary>The kernel has answered, and the caller has not fetched the answer yet.</summary>
    Answered,

    /// <summary>
    /// The send was started and has ended before any byte was sent: it was taken back before the kernel saw it,
    /// cancelled, interrupted, or given up with its engine.
    /// </summary>
    Dropped,
}

/// <summary>
/// The state that a <see cref="UringEngine"/> keeps for one socket: its requests with the kernel, and their results.
/// Completions find the socket by its slot, which it keeps until its last completion, even if it is no longer registered.
/// As <see cref="Registration.State"/> this object passes from one registration of the socket to the next, and from one
/// engine to the next.
/// </summary>
internal sealed class UringSocket(nint descriptor, SocketKind kind)
{
    // The limit of bytes received and not taken. Beyond it, further bytes stay with the kernel, and then with the peer.
    private const int MostBytes = 64 * 1024;

    internal UringRequests Requests;
    internal UringInbox Inbox;

    internal nint Descriptor { get; } = descriptor;

    internal SocketKind Kind { get; } = kind;

    /// <summary>The socket's slot in its engine, or -1.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>The registration that gets the events; null while there is none.</summary>
    internal Registration? Registration { get; private set; }

    /// <summary>The number of <see cref="Requests"/> that are not idle.</summary>
    internal int UnderWay { get; set; }

    /// <summary>True while the socket is on the engine's list of sockets to update before the next wait.</summary>
    internal bool Dirty { get; set; }

    /// <summary>True while the socket is on the engine's list of sockets that may have something to report.</summary>
    internal bool Listed { get; set; }

    /// <summary>The accepted connections to take; null unless the socket listens.</summary>
    internal UringAccepted? Untaken { get; } = kind == SocketKind.Listening ? new UringAccepted() : null;

    /// <summary>True if the peer's FIN has come, after the bytes in <see cref="Inbox"/>.</summary>
    internal bool Finished { get; set; }

    /// <summary>The fault of a receive or an accept; a success if there is none.</summary>
    internal IoResult Fault { get; private set; }

    /// <summary>True if a poll has reported an error or a hang-up. To watch for another one is useless.</summary>
    internal bool HungUp { get; private set; }

    /// <summary>True if the poll for writability has answered, and the answer was not reported yet.</summary>
    internal bool CanWrite { get; set; }

    /// <summary>True if a poll has seen the peer's FIN, whether or not the FIN was received.</summary>
    internal bool PeerHasFinished { get; set; }

    /// <summary>True if the multishot poll for writability has answered and must be ended.</summary>
    internal bool EndsPollWrite { get; set; }

    internal UringSend Sending { get; private set; }

    /// <summary>The answer to the send; valid if <see cref="Sending"/> is <see cref="UringSend.Answered"/>.</summary>
    internal IoResult Answer { get; private set; }

    // Each of these two is reported once.
    private bool _owesFault;
    private bool _owesAnswer;

    internal bool WantsToRead => Registration is { } registration && (registration.Interest & Interest.Read) != 0;

    internal bool WantsToWrite => Registration is { } registration && (registration.Interest & Interest.Write) != 0;

    /// <summary>
    /// True if more arrives than one buffer holds. Then each receive fills one buffer: a multishot receive can bring half
    /// a mebibyte before the engine can stop it.
    /// </summary>
    internal bool Streams { get; private set; }

    /// <summary>True if the current receive, or the last one, is multishot: it continues by itself.</summary>
    internal bool Multishot { get; set; }

    /// <summary>
    /// True if a receive or an accept should run. It is started only when all input was taken, so that a slow reader
    /// holds as little as possible.
    /// </summary>
    internal bool WantsInput
    {
        get
        {
            bool runs = Requests[(int)UringOperation.Input].State == UringRequestState.Running;
            return WantsToRead
                && !Finished
                && Fault.Succeeded
                && Kind switch
                {
                    SocketKind.Stream => runs ? Inbox.Bytes <= MostBytes && !(Streams && Multishot) : Inbox.IsEmpty,
                    SocketKind.Listening => runs || Untaken!.Count == 0,
                    _ => false,
                };
        }
    }

    /// <summary>True if a poll for faults is necessary, because no other request would report them.</summary>
    internal bool WantsWatch =>
        Kind != SocketKind.Listening
        && !HungUp
        && Fault.Succeeded
        && Requests[(int)UringOperation.Input].State != UringRequestState.Running
        && Requests[(int)UringOperation.PollWrite].IsIdle;

    private bool HasInput => !Inbox.IsEmpty || Finished || !Fault.Succeeded || Untaken is { Count: > 0 };

    /// <summary>Sends all later events to this registration, and also the events that were not reported yet.</summary>
    internal void Attach(Registration registration)
    {
        Registration = registration;
        registration.State = this;
        registration.AcceptedAhead = Untaken?.Count ?? 0;
        registration.TakenError = Kind == SocketKind.Listening ? default : Fault;
        HungUp = false;
        CanWrite = false;
        _owesFault = Kind != SocketKind.Listening && !Fault.Succeeded;
        _owesAnswer = Sending is UringSend.Answered or UringSend.Dropped;
    }

    internal void Detach() => Registration = null;

    /// <summary>Notes whether a receive has filled its buffer.</summary>
    internal void NoteReceived(bool full) => Streams = full && (Streams || !Inbox.IsEmpty);

    /// <summary>Records the error of a receive or an accept.</summary>
    internal void Fail(int errno)
    {
        Fault = IoResult.Failed(PosixAbi.Linux.ToFault(errno), errno);
        if (Kind != SocketKind.Listening)
        {
            _owesFault = true;
            if (Registration is { } registration)
            {
                registration.TakenError = Fault;
            }
        }
    }

    /// <summary>Takes the fault of an accept. After that, accepting can continue.</summary>
    internal IoResult TakeFault()
    {
        IoResult fault = Fault;
        Fault = default;
        return fault;
    }

    /// <summary>Records that a poll has reported an error or a hang-up.</summary>
    internal void HangUp()
    {
        HungUp = true;
        _owesFault = true;
    }

    internal void SendBegun() => Sending = UringSend.Pending;

    internal void SendAnswered(IoResult answer)
    {
        Sending = UringSend.Answered;
        Answer = answer;
        _owesAnswer = true;
    }

    internal void SendDropped()
    {
        Sending = UringSend.Dropped;
        _owesAnswer = true;
    }

    /// <summary>Notes that the caller has fetched the answer and may send again.</summary>
    internal void SendOver()
    {
        Sending = UringSend.None;
        _owesAnswer = false;
    }

    /// <summary>The readiness to report.</summary>
    internal Readiness Readiness
    {
        get
        {
            Readiness readiness = Readiness.None;
            if (Registration is null)
            {
                return readiness;
            }

            if (HasInput && WantsToRead)
            {
                readiness |= Readiness.Readable;
            }

            if (_owesAnswer || (CanWrite && WantsToWrite))
            {
                readiness |= Readiness.Writable;
            }

            return _owesFault ? readiness | Readiness.Fault : readiness;
        }
    }

    /// <summary>
    /// Notes that this readiness was reported, so that nothing is reported twice. A fault that was reported together with
    /// input stays to be reported: the caller may read the input first, then stop reading, and so never look at the
    /// fault.
    /// </summary>
    internal void Reported(Readiness readiness)
    {
        _owesAnswer = false;
        _owesFault &= (readiness & Readiness.Readable) != 0;
        CanWrite = false;
    }

    /// <summary>Resets the socket after its engine and the requests are gone. Everything else stays for the next engine.</summary>
    internal void Abandon()
    {
        Registration = null;
        Requests = default;
        UnderWay = 0;
        Slot = -1;
        if (Sending == UringSend.Pending)
        {
            SendDropped();
        }
    }
}
