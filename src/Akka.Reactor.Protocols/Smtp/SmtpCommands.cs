using System;
using System.Buffers;
using System.Net;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The result of executing one command, in addition to its reply.</summary>
internal enum SmtpOutcome
{
    /// <summary>The command is answered, and the next command may follow.</summary>
    Answered,

    /// <summary>The octets of a message follow.</summary>
    Data,

    /// <summary>TLS follows.</summary>
    StartTls,

    /// <summary>The authenticator has to be asked.</summary>
    Authenticate,

    /// <summary>The limit of failed authentications is reached. The reply 421 is not written yet.</summary>
    TooManyAuthFailures,

    /// <summary>The command was QUIT. The reply 221 is not written yet.</summary>
    Quit,

    /// <summary>The error limit is reached. The reply 421 is not written yet.</summary>
    TooManyErrors,
}

/// <summary>
/// Executes the commands of one session (RFC 5321, 4.1) and keeps their information: the peer's name, and the envelope of the
/// next message. Pure.
/// </summary>
internal sealed class SmtpCommands(
    SmtpOptions options,
    SmtpRoom room,
    EndPoint? remoteEndPoint,
    bool canStartTls,
    bool canAuthenticate
)
{
    private readonly SmtpTransaction _transaction = new(room);
    private readonly SmtpTally _tally = new(options);
    private readonly SmtpAuthExchange _exchange = new();
    private readonly SmtpSyntax _syntax = SmtpSyntax.Of(options);
    private string? _helo;
    private bool _extended;
    private string? _tls;
    private string? _userName;
    private int _authFailures;

    private bool CanStartTls => canStartTls && options.StartTls;

    private static ReadOnlySpan<byte> AuthAndSpace => "AUTH "u8;

    // Passwords are never asked for in the clear.
    private bool OffersAuth => canAuthenticate && _tls is not null;

    /// <summary>Forgets everything known from the peer except its errors, because TLS is now on (RFC 3207, 4.2).</summary>
    public void Secured(string tls)
    {
        _tls = tls;
        _helo = null;
        _transaction.Clear();
    }

    /// <summary>Makes the message from the envelope. The envelope is empty afterwards.</summary>
    public SmtpMessage Finish(SmtpContent content) =>
        _transaction.Finish(_helo!, _extended, remoteEndPoint, _tls, _userName, content);

    /// <summary>Forgets the envelope, and gives back the room of the last message's envelope.</summary>
    public void Clear() => _transaction.Clear();

    /// <summary>Counts a stored message.</summary>
    public void Stored() => _tally.Stored();

    /// <summary>Counts a message that was not stored. The caller writes the reply to it.</summary>
    public SmtpOutcome NotStored() => _tally.Junk() ? SmtpOutcome.TooManyErrors : SmtpOutcome.Answered;

    /// <summary>The question for the authenticator, until it is answered.</summary>
    public SmtpAuthenticate? Login { get; private set; }

    /// <summary>Returns the most octets of a line that begins with the given octets, including its CRLF.</summary>
    public int MaxLengthOf(ReadOnlySpan<byte> beginning)
    {
        if (!OffersAuth)
            return SmtpLineReader.MaxMail;
        return _exchange.IsOpen || Ascii.EqualsIgnoreCase(beginning, AuthAndSpace)
            ? SmtpLineReader.MaxAuth
            : SmtpLineReader.MaxMailWithAuth;
    }

    /// <summary>Refuses a line that is too long for <see cref="MaxLengthOf"/>. It also ends an authentication exchange.</summary>
    public SmtpOutcome RefuseLongLine(IBufferWriter<byte> replies)
    {
        bool inExchange = _exchange.IsOpen;
        _exchange.Forget();
        return Refuse(replies, inExchange ? SmtpReply.AuthLineTooLong : SmtpReply.LineTooLong);
    }

    /// <summary>Reports that the password is the user's.</summary>
    public SmtpOutcome Authenticated(IBufferWriter<byte> replies)
    {
        _userName = Login!.UserName;
        Login = null;
        return Answer(replies, SmtpReply.Authenticated);
    }

    /// <summary>Reports that the password is not the user's, and counts that.</summary>
    public SmtpOutcome NotAuthenticated(IBufferWriter<byte> replies)
    {
        Login = null;
        return ++_authFailures >= options.AuthFailureLimit
            ? SmtpOutcome.TooManyAuthFailures
            : Refuse(replies, SmtpReply.AuthFailed);
    }

    /// <summary>Reports that the authenticator cannot tell now.</summary>
    public SmtpOutcome AuthNotPossible(IBufferWriter<byte> replies)
    {
        Login = null;
        return AnswerJunk(replies, SmtpReply.AuthNotPossible);
    }

    /// <summary>Counts a bad command, and answers it unless it reaches the error limit.</summary>
    public SmtpOutcome Refuse(IBufferWriter<byte> replies, ReadOnlySpan<byte> reply) =>
        AnswerUnless(_tally.Error(), replies, reply);

    /// <param name="line">The command without its CRLF.</param>
    /// <param name="replies">The buffer for the reply.</param>
    public SmtpOutcome Execute(ReadOnlySpan<byte> line, IBufferWriter<byte> replies)
    {
        if (_exchange.IsOpen)
            return Authenticate(_exchange.Continue(line), replies);
        if (!SmtpCommand.TryParse(line, options.Strict, out SmtpCommand command))
            return Refuse(replies, SmtpReply.BadCharacter);
        if (line.Length + 2 > SmtpLineReader.MaxLengthOf(command.Verb, OffersAuth))
            return Refuse(replies, SmtpReply.LineTooLong);
        if (options.RequireTls && _tls is null && !IsAllowedInTheClear(command.Verb))
            return Refuse(replies, SmtpReply.TlsFirst);

        switch (command.Verb)
        {
            case SmtpVerb.Ehlo:
                return Hello(command.Argument, extended: true, replies);
            case SmtpVerb.Helo:
                return Hello(command.Argument, extended: false, replies);
            case SmtpVerb.Mail:
                return Mail(command.Argument, replies);
            case SmtpVerb.Rcpt:
                return Rcpt(command.Argument, replies);
            case SmtpVerb.Noop:
                return AnswerJunk(replies, SmtpReply.Ok);
            case SmtpVerb.Help:
                return AnswerJunk(replies, SmtpReply.Help);
            case SmtpVerb.Vrfy when command.Argument.IsEmpty:
                return Refuse(replies, SmtpReply.BadArgument);
            case SmtpVerb.Vrfy:
                return AnswerJunk(replies, SmtpReply.CannotVerify);
            case SmtpVerb.Auth when canAuthenticate:
                return Auth(command.Argument, replies);
            case SmtpVerb.Auth:
            case SmtpVerb.NotImplemented:
                return Refuse(replies, SmtpReply.NotImplemented);
            case SmtpVerb.Unknown:
                return Refuse(replies, SmtpReply.UnknownCommand);
            case var _ when !command.Argument.IsEmpty:
                return Refuse(replies, SmtpReply.NoArgumentAllowed);
            case SmtpVerb.Data:
                return Data(replies);
            case SmtpVerb.Rset:
                _transaction.Clear();
                return AnswerJunk(replies, SmtpReply.Ok);
            case SmtpVerb.StartTls:
                return StartTls(replies);
            default:
                return SmtpOutcome.Quit;
        }
    }

    private SmtpOutcome Hello(ReadOnlySpan<byte> name, bool extended, IBufferWriter<byte> replies)
    {
        // The grammar requires a domain or an address literal. Legitimate senders give all kinds of names, and RFC 5321, 4.1.4
        // forbids refusing mail because of the name.
        if (name.Length is < 1 or > SmtpPath.MaxDomain || (options.Strict && !IsWord(name)))
            return Refuse(replies, SmtpReply.BadArgument);
        if (_tally.Junk())
            return SmtpOutcome.TooManyErrors;

        _helo = NameOf(name);
        _extended = extended;
        _transaction.Clear();
        if (extended)
            SmtpReply.ExtendedHello(replies, options, CanStartTls && _tls is null, OffersAuth);
        else
            SmtpReply.Hello(replies, options.HostName);
        return SmtpOutcome.Answered;
    }

    /// <summary>
    /// Returns whether the name is printable ASCII without spaces. After an EHLO to which SMTPUTF8 was offered, other
    /// characters are allowed, too.
    /// </summary>
    private bool IsWord(ReadOnlySpan<byte> name)
    {
        bool knowsUtf8 = options.SmtpUtf8 && _extended && _helo is not null;
        return knowsUtf8
            ? !name.ContainsAnyInRange((byte)0, (byte)32) && SmtpSyntax.IsText(name)
            : !name.ContainsAnyExceptInRange((byte)33, (byte)126);
    }

    /// <summary>Returns the name with U+FFFD for control characters and for octets that are not UTF-8.</summary>
    private static string NameOf(ReadOnlySpan<byte> name) =>
        string.Create(
            Encoding.UTF8.GetCharCount(name),
            name,
            static (text, octets) =>
            {
                Encoding.UTF8.GetChars(octets, text);
                foreach (ref char character in text)
                {
                    if (char.IsControl(character))
                        character = '\ufffd';
                }
            }
        );

    private SmtpOutcome Mail(ReadOnlySpan<byte> argument, IBufferWriter<byte> replies)
    {
        if (_helo is null)
            return Refuse(replies, SmtpReply.HelloFirst);
        if (options.RequireAuth && _userName is null)
            return Refuse(replies, SmtpReply.AuthFirst);
        if (_transaction.IsOpen)
            return Refuse(replies, SmtpReply.NestedMail);
        if (!TrySkip(ref argument, "FROM:"u8))
            return Refuse(replies, SmtpReply.BadArgument);
        if (!SmtpPath.TryRead(argument, forward: false, _syntax, out ReadOnlySpan<byte> sender, out argument))
            return Refuse(replies, SmtpReply.BadSender);

        SmtpParametersVerdict verdict = SmtpParameters.Read(
            argument,
            ofMail: true,
            options.SmtpUtf8,
            OffersAuth,
            out SmtpParameters parameters
        );
        if (verdict != SmtpParametersVerdict.Ok)
            return Refuse(replies, verdict);
        if (!parameters.Utf8 && SmtpSyntax.IsInternational(sender))
            return Refuse(replies, SmtpReply.NeedsUtf8);
        if (parameters.Size > (ulong)options.MaxMessageSize)
            return AnswerJunk(replies, SmtpReply.TooBig);
        if (!room.Has((long)(parameters.Size ?? 0)))
            return AnswerJunk(replies, SmtpReply.NoRoom);

        _transaction.Open(Encoding.UTF8.GetString(sender), parameters);
        return Answer(replies, SmtpReply.SenderOk);
    }

    private SmtpOutcome Rcpt(ReadOnlySpan<byte> argument, IBufferWriter<byte> replies)
    {
        if (!_transaction.IsOpen)
            return Refuse(replies, _helo is null ? SmtpReply.HelloFirst : SmtpReply.MailFirst);
        if (!TrySkip(ref argument, "TO:"u8))
            return Refuse(replies, SmtpReply.BadArgument);
        if (!SmtpPath.TryRead(argument, forward: true, _syntax, out ReadOnlySpan<byte> recipient, out argument))
            return Refuse(replies, SmtpReply.BadRecipient);

        SmtpParametersVerdict verdict = SmtpParameters.Read(
            argument,
            ofMail: false,
            options.SmtpUtf8,
            OffersAuth,
            out _
        );
        if (verdict != SmtpParametersVerdict.Ok)
            return Refuse(replies, verdict);
        if (!_transaction.IsUtf8 && SmtpSyntax.IsInternational(recipient))
            return Refuse(replies, SmtpReply.NeedsUtf8);
        if (_transaction.Recipients >= options.MaxRecipients)
            return Refuse(replies, SmtpReply.TooManyRecipients);

        return _transaction.TryAdd(recipient)
            ? Answer(replies, SmtpReply.RecipientOk)
            : AnswerJunk(replies, SmtpReply.NoRoom);
    }

    private SmtpOutcome Data(IBufferWriter<byte> replies)
    {
        if (!_transaction.IsOpen)
            return Refuse(replies, _helo is null ? SmtpReply.HelloFirst : SmtpReply.MailFirst);
        if (_transaction.Recipients == 0)
            return Refuse(replies, SmtpReply.NoRecipients);
        // There must be room before the peer sends the octets, so that it does not send 30 MiB in vain.
        if (!room.Has(Math.Max((long)_transaction.Size, 1)))
            return AnswerJunk(replies, SmtpReply.NoRoom);
        replies.Write(SmtpReply.StartMailInput);
        return SmtpOutcome.Data;
    }

    private SmtpOutcome StartTls(IBufferWriter<byte> replies)
    {
        if (_tls is not null)
            return Refuse(replies, SmtpReply.TlsAlreadyOn);
        if (!CanStartTls)
            return AnswerJunk(replies, SmtpReply.TlsNotAvailable);
        _transaction.Clear();
        replies.Write(SmtpReply.ReadyToStartTls);
        return SmtpOutcome.StartTls;
    }

    private SmtpOutcome Auth(ReadOnlySpan<byte> argument, IBufferWriter<byte> replies)
    {
        if (!OffersAuth)
            return Refuse(replies, SmtpReply.AuthNeedsTls);
        if (_helo is null)
            return Refuse(replies, SmtpReply.HelloFirst);
        if (_userName is not null)
            return Refuse(replies, SmtpReply.AuthTwice);
        if (_transaction.IsOpen)
            return Refuse(replies, SmtpReply.AuthInMail);
        return argument.IsEmpty
            ? Refuse(replies, SmtpReply.BadArgument)
            : Authenticate(_exchange.Begin(argument), replies);
    }

    private SmtpOutcome Authenticate(SmtpAuthVerdict verdict, IBufferWriter<byte> replies)
    {
        switch (verdict)
        {
            case SmtpAuthVerdict.Challenge:
                return Answer(replies, _exchange.Challenge);
            case SmtpAuthVerdict.Complete:
                Login = new SmtpAuthenticate
                {
                    Id = Guid.CreateVersion7().ToString("N"),
                    UserName = _exchange.UserName,
                    Password = _exchange.Password,
                    RemoteEndPoint = remoteEndPoint,
                };
                _exchange.Forget();
                return SmtpOutcome.Authenticate;
            case SmtpAuthVerdict.OtherIdentity:
                return NotAuthenticated(replies);
            default:
                return Refuse(
                    replies,
                    verdict switch
                    {
                        SmtpAuthVerdict.Cancelled => SmtpReply.AuthCancelled,
                        SmtpAuthVerdict.UnknownMechanism => SmtpReply.AuthMechanismUnknown,
                        _ => SmtpReply.AuthMalformed,
                    }
                );
        }
    }

    private static bool IsAllowedInTheClear(SmtpVerb verb) =>
        verb is SmtpVerb.Ehlo or SmtpVerb.Helo or SmtpVerb.Noop or SmtpVerb.Rset or SmtpVerb.Quit or SmtpVerb.StartTls;

    private SmtpOutcome Refuse(IBufferWriter<byte> replies, SmtpParametersVerdict verdict) =>
        Refuse(
            replies,
            verdict == SmtpParametersVerdict.BadSyntax ? SmtpReply.BadArgument : SmtpReply.ParameterNotRecognized
        );

    /// <summary>Counts and answers a command that does not advance a message.</summary>
    private SmtpOutcome AnswerJunk(IBufferWriter<byte> replies, ReadOnlySpan<byte> reply) =>
        AnswerUnless(_tally.Junk(), replies, reply);

    private static SmtpOutcome Answer(IBufferWriter<byte> replies, ReadOnlySpan<byte> reply) =>
        AnswerUnless(tooMany: false, replies, reply);

    private static SmtpOutcome AnswerUnless(bool tooMany, IBufferWriter<byte> replies, ReadOnlySpan<byte> reply)
    {
        if (tooMany)
            return SmtpOutcome.TooManyErrors;
        replies.Write(reply);
        return SmtpOutcome.Answered;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword)
    {
        if (argument.Length < keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword))
            return false;
        argument = argument[keyword.Length..];
        return true;
    }
}
