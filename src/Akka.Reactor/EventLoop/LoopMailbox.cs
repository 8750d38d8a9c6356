using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The mailbox of actors on a loop whose Props name no other mailbox. Akka creates it by its name in the configuration.
/// </summary>
internal sealed class LoopMailbox(Settings settings, Config config)
    : MailboxType(settings, config),
        IProducesMessageQueue<LoopMessageQueue>
{
    private const string Id = "akka.actor.mailbox.reactor-loop";

    /// <summary>
    /// Returns the dispatcher configuration that selects this mailbox. Akka finds a mailbox by a path in the system's
    /// configuration; this method adds that path if it is missing.
    /// </summary>
    internal static Config DispatcherConfig(Settings settings)
    {
        if (!settings.Config.HasPath(Id))
        {
            settings.InjectTopLevelFallback(
                ConfigurationFactory.ParseString(
                    $"{Id}.mailbox-type = \"{typeof(LoopMailbox).FullName}, {typeof(LoopMailbox).Assembly.GetName().Name}\""
                )
            );
        }

        return ConfigurationFactory.ParseString($"id = {Id}\nmailbox-type = {Id}");
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LoopMessageQueue();
}
