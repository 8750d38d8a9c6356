using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor;
using Akka.Reactor.Protocols;

namespace ReactorHost.Tools;

/// <summary>Sends one mail, and prints a line for each recipient.</summary>
internal sealed record MailJob
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>HOST:PORT.</summary>
    internal required string Server { get; init; }

    internal required string From { get; init; }

    internal required IReadOnlyList<string> To { get; init; }

    /// <summary>Whether TLS is on from the first byte.</summary>
    internal bool Implicit { get; init; }

    internal SmtpStartTls StartTls { get; init; }

    internal string? Ca { get; init; }

    internal string? User { get; init; }

    /// <summary>The file whose first line is the password.</summary>
    internal string? PasswordFile { get; init; }

    /// <summary>The file with the mail; <c>-</c> is standard input.</summary>
    internal required string File { get; init; }

    internal Task<int> Run() => Outgoing.Run(Run);

    private async Task<int> Run(ActorSystem system)
    {
        SmtpSenderOptions options = new() { StartTls = StartTls, Credentials = ReadCredentials() };
        TaskCompletionSource<SmtpSendResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef collector = system.ActorOf(Props.Create(() => new Collector(result)));
        ConnectionMade made = await system
            .Reactor()
            .Connect(
                $"{(Implicit ? "tls" : "tcp")}://{Server}",
                SmtpSender.Props(options, Message(), collector),
                Outgoing.Options(system, Ca, [])
            );
        int exitCode = Tell(await result.Task);
        using CancellationTokenSource patience = new(Farewell);
        await Task.WhenAny(made.Protocol.WatchAsync(patience.Token), Task.Delay(Farewell));
        return exitCode;
    }

    private SmtpSend Message()
    {
        try
        {
            return string.Equals(File, "-", StringComparison.Ordinal)
                ? new SmtpSend
                {
                    ReversePath = From,
                    Recipients = To,
                    Content = Console.OpenStandardInput,
                }
                : new SmtpSend
                {
                    ReversePath = From,
                    Recipients = To,
                    Content = () => System.IO.File.OpenRead(File),
                    Size = new FileInfo(File).Length,
                    Body = HasEightBits(File) ? SmtpBody.EightBitMime : SmtpBody.SevenBit,
                };
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new HostException(failure.Message, failure);
        }
    }

    private SmtpCredentials? ReadCredentials()
    {
        if (User is null)
        {
            return null;
        }

        try
        {
            return new SmtpCredentials(User, System.IO.File.ReadLines(PasswordFile!).FirstOrDefault() ?? "");
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot use the user name or the password in {PasswordFile}", failure);
        }
    }

    private static bool HasEightBits(string file)
    {
        using FileStream stream = System.IO.File.OpenRead(file);
        byte[] block = new byte[64 * 1024];
        int count;
        while ((count = stream.Read(block)) > 0)
        {
            if (block.AsSpan(0, count).ContainsAnyExceptInRange((byte)0, (byte)127))
            {
                return true;
            }
        }

        return false;
    }

    private static int Tell(SmtpSendResult result)
    {
        foreach (SmtpRecipientResult recipient in result.Recipients)
        {
            string delivery = recipient.Delivery switch
            {
                SmtpDelivery.Accepted => "accepted",
                SmtpDelivery.Refused => "refused",
                SmtpDelivery.Deferred => "refused for now",
                SmtpDelivery.NotSent => "not sent",
                _ => "unknown",
            };
            Console.WriteLine($"{recipient.Recipient}  {delivery}{(recipient.Reply is { } reply ? $"  {reply}" : "")}");
        }

        int exitCode = result.Failure is { } failure ? Outgoing.Tell(failure) : 0;
        return Has(SmtpDelivery.Unknown) ? ExitCode.Unknown
            : exitCode != 0 ? exitCode
            : Has(SmtpDelivery.Refused) ? ExitCode.RecipientRefused
            : Has(SmtpDelivery.Deferred) ? ExitCode.Deferred
            : 0;

        bool Has(SmtpDelivery delivery) => result.Recipients.Any(recipient => recipient.Delivery == delivery);
    }

    private sealed class Collector : ReceiveActor
    {
        public Collector(TaskCompletionSource<SmtpSendResult> result) =>
            Receive<SmtpSendResult>(sent => result.TrySetResult(sent));
    }
}
