using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>Where a socket's send stands.</summary>
internal enum UringSend : byte
{
    None,

    /// <summary>Queued or with the kernel.</summary>
    Pending,

    /// <summary>The kernel has answered, and nobody has asked for it yet.</summary>
    Answered,

    /// <summary>Begun, and taken back before the kernel saw it: no byte of it was sent.</summary>
    Dropped,
}

/// <summary>
/// What a <see cref="UringEngine"/> knows of one socket: its requests with the kernel, and what they brought. Completions
/// find it by its slot, which is its own until the last of them, registered or not; as <see cref="Registration.State"/> it
/// goes from one registration of the socket to the next, and from one engine to the next.
/// </summary>
internal sealed class UringSocket(nint descriptor, SocketKind kind)
{
    // Received and not taken: beyond this the kernel keeps what comes, and then the peer.
    private const int MostBytes = 64 * 1024;

    internal UringRequests Requests;
    internal UringInbox Inbox;

    internal nint Descriptor { get; } = descriptor;

    internal SocketKind Kind { get; } = kind;

    /// <summary>Its place with its engine, or -1.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Whom events are for; null while nobody watches.</summary>
    internal Registration? Registration { get; private set; }

    /// <summary>How many of <see cref="Requests"/> are not idle.</summary>
    internal int UnderWay { get; set; }

    /// <summary>On the engine's list of sockets to look at before the next wait.</summary>
    internal bool Dirty { get; set; }

    /// <summary>On the engine's list of sockets that may have something to report.</summary>
    internal bool Listed { get; set; }

    /// <summary>Connections to take; null unless it listens.</summary>
    internal UringAccepted? Untaken { get; } = kind == SocketKind.Listening ? new UringAccepted() : null;

    /// <summary>The peer's FIN came, behind the bytes in <see cref="Inbox"/>.</summary>
    internal bool Finished { get; set; }

    /// <summary>A fault that a receive or an accept met; succeeded when none did.</summary>
    internal IoResult Fault { get; private set; }

    /// <summary>An error or hang-up was polled: there is no point in watching for it again.</summary>
    internal bool HungUp { get; private set; }

    /// <summary>The poll for being writable has answered, and it was not reported yet.</summary>
    internal bool CanWrite { get; set; }

    /// <summary>A poll has seen the peer's FIN, whether or not it was received.</summary>
    internal bool PeerHasFinished { get; set; }

    /// <summary>The multishot poll for being writable has answered, and is to be ended.</summary>
    internal bool EndsPollWrite { get; set; }

    internal UringSend Sending { get; private set; }

    /// <summary>The answer to the send; when <see cref="Sending"/> says so.</summary>
    internal IoResult Answer { get; private set; }

    // Reported once each.
    private bool _owesFault;
    private bool _owesAnswer;

    internal bool WantsToRead => Registration is { } registration && (registration.Interest & Interest.Read) != 0;

    internal bool WantsToWrite => Registration is { } registration && (registration.Interest & Interest.Write) != 0;

    /// <summary>
    /// More comes than one buffer holds: then it is received buffer by buffer. A multishot receive brings half a mebibyte
    /// before anybody can say that it is enough.
    /// </summary>
    internal bool Streams { get; private set; }

    /// <summary>Whether the receive that runs, or ran last, goes on by itself.</summary>
    internal bool Multishot { get; set; }

    /// <summary>Whether a receive or accept is to run. Begun only when all was taken, so that a slow reader has no more than it must.</summary>
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

    /// <summary>Whether faults have to be asked for, because no other request would tell them.</summary>
    internal bool WantsWatch =>
        Kind != SocketKind.Listening
        && !HungUp
        && Fault.Succeeded
        && Requests[(int)UringOperation.Input].State != UringRequestState.Running
        && Requests[(int)UringOperation.PollWrite].IsIdle;

    private bool HasInput => !Inbox.IsEmpty || Finished || !Fault.Succeeded || Untaken is { Count: > 0 };

    /// <summary>Events go to this registration from now on, and all that it has not been told yet.</summary>
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

    /// <summary>A receive brought so much, and its buffer was full or not.</summary>
    internal void NoteReceived(bool full) => Streams = full && (Streams || !Inbox.IsEmpty);

    /// <summary>A receive or an accept met it.</summary>
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

    /// <summary>Takes the fault of an accept, after which accepting may go on.</summary>
    internal IoResult TakeFault()
    {
        IoResult fault = Fault;
        Fault = default;
        return fault;
    }

    /// <summary>An error or a hang-up was polled.</summary>
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

    /// <summary>The caller has come for the answer, and may send again.</summary>
    internal void SendOver()
    {
        Sending = UringSend.None;
        _owesAnswer = false;
    }

    /// <summary>What there is to report.</summary>
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
    /// It was reported: what is told once is not told again. A fault beside something to read counts as not told: whoever
    /// reads first, and then wants to read no further, has not looked at it.
    /// </summary>
    internal void Reported(Readiness readiness)
    {
        _owesAnswer = false;
        _owesFault &= (readiness & Readiness.Readable) != 0;
        CanWrite = false;
    }

    /// <summary>The engine and its requests are gone; everything else stays for the next engine.</summary>
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
