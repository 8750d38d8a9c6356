using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Dispatch.MessageQueues;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>Finds the mailbox type of an actor: by deployment, by dispatcher, by what the actor class requires, or the default.</summary>
public class Mailboxes
{
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    public static readonly string NoMailboxRequirement = "";

    private readonly ActorSystem _system;
    private readonly Dictionary<Type, string> _bindings = [];
    private readonly ConcurrentDictionary<string, MailboxType> _types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, Type> _requiredTypes = new();
    private readonly ConcurrentDictionary<Type, Type> _producedTypes = new();
    private readonly ConditionalWeakTable<Config, DispatcherSide> _dispatcherSides = new();
    private readonly ConcurrentDictionary<(string, string), int> _stashCapacities = new();

    public Mailboxes(ActorSystem system)
    {
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        foreach (
            KeyValuePair<string, HoconValue> binding in system
                .Settings.Config.GetConfig("akka.actor.mailbox.requirements")
                .AsEnumerable()
        )
        {
            Type type = Type.GetType(binding.Key);
            if (type is null)
                Warn($"Mailbox Requirement mapping [{binding.Key}] is not an actual type");
            else
                _bindings.Add(type, binding.Value.GetString());
        }
    }

    public DeadLetterMailbox DeadLetterMailbox { get; }

    private Settings Settings => _system.Settings;

    public bool HasRequiredType(Type actorType) => GetRequiredType(actorType) is not null;

    public bool ProducesMessageQueue(Type mailboxType) => ProducedType(mailboxType) is not null;

    public Type GetRequiredType(Type actorType) =>
        _requiredTypes.GetOrAdd(actorType, static type => ArgumentOf(type, typeof(IRequiresMessageQueue<>)));

    public MailboxType LookupByQueueType(Type queueType) =>
        _bindings.TryGetValue(queueType, out string id)
            ? Lookup(id)
            : throw new ConfigurationException($"Mailbox Mapping for [{queueType}] not configured");

    public MailboxType Lookup(string id) =>
        _types.TryGetValue(id, out MailboxType known) ? known : _types.GetOrAdd(id, Make);

    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        DispatcherSide dispatcher = _dispatcherSides.GetValue(
            dispatcherConfig ?? ConfigurationFactory.Empty,
            static config => new DispatcherSide(config)
        );
        Type actorType = props.Type;
        Type required = GetRequiredType(actorType);
        Deploy deploy = props.Deploy;

        MailboxType chosen;
        if (!string.Equals(deploy.Mailbox, Deploy.NoMailboxGiven, StringComparison.Ordinal))
            chosen = Lookup(deploy.Mailbox);
        else if (
            dispatcher.HasMailboxType
            && !string.Equals(deploy.Dispatcher, Deploy.NoDispatcherGiven, StringComparison.Ordinal)
        )
            chosen = Lookup(dispatcher.Id);
        else if (required is not null && (dispatcher.Requirement is null || _bindings.ContainsKey(required)))
            chosen = LookupByQueueType(required);
        else if (dispatcher.Requirement is not null)
            chosen = LookupByQueueType(dispatcher.Requirement);
        else
            chosen = Lookup(DefaultMailboxId);

        if (required is null && dispatcher.Requirement is null)
            return chosen;
        Type produced =
            ProducedType(chosen.GetType())
            ?? throw new ArgumentException(
                $"No IProducesMessageQueue<TQueue> supplied for {chosen}; illegal mailbox type definition.",
                nameof(props)
            );
        if (dispatcher.Requirement?.IsAssignableFrom(produced) == false)
            throw new ArgumentException(
                $"produced message queue type [{produced}] does not fulfill requirement for dispatcher "
                    + $"[{dispatcher.Id}]. Must be a subclass of [{dispatcher.Requirement}]",
                nameof(dispatcherConfig)
            );
        if (required?.IsAssignableFrom(produced) == false)
            throw new ArgumentException(
                $"produced message queue type of [{produced}] does not fulfill requirement for actor class "
                    + $"[{actorType}]. Must be a subclass of [{required}]",
                nameof(props)
            );
        return chosen;
    }

    /// <summary>How many messages the stash of an actor with this dispatcher and mailbox may hold; -1 is no limit.</summary>
    public int StashCapacity(string dispatcher, string mailbox) =>
        _stashCapacities.GetOrAdd(
            (dispatcher, mailbox),
            static (key, config) =>
            {
                foreach (string id in new[] { key.Item2, key.Item1, DefaultMailboxId })
                {
                    string path = id + ".stash-capacity";
                    if (!string.IsNullOrEmpty(id) && config.HasPath(path))
                        return config.GetInt(path, 0);
                }

                return Deploy.NoStashSize;
            },
            Settings.Config
        );

    private Type ProducedType(Type mailboxType) =>
        _producedTypes.GetOrAdd(mailboxType, static type => ArgumentOf(type, typeof(IProducesMessageQueue<>)));

    private static Type ArgumentOf(Type type, Type genericInterface) =>
        type.GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == genericInterface)
            ?.GetGenericArguments()[0];

    private MailboxType Make(string id)
    {
        switch (id)
        {
            case "unbounded":
                return new UnboundedMailbox();
            case "bounded":
                return new BoundedMailbox(Settings, FullConfig(id));
        }

        if (!Settings.Config.HasPath(id))
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        Config config = FullConfig(id);
        string typeName = config.GetString("mailbox-type", null);
        if (string.IsNullOrEmpty(typeName))
            throw new ConfigurationException($"The setting mailbox-type defined in [{id}] is empty");
        Type type =
            Type.GetType(typeName)
            ?? throw new ConfigurationException(
                $"Found mailbox-type [{typeName}] in configuration for [{id}], but could not find that type in any loaded assemblies."
            );
        MailboxType made;
        try
        {
            made = (MailboxType)Activator.CreateInstance(type, Settings, config);
        }
        catch (Exception e)
        {
            throw new ArgumentException(
                $"Cannot instantiate MailboxType {type}, defined in [{id}]. Make sure it has a public "
                    + "constructor with [Akka.Actor.Settings, Akka.Configuration.Config] parameters",
                e
            );
        }

        if (made is IProducesPushTimeoutSemanticsMailbox { PushTimeout.Ticks: > 0 } blocking)
            Warn(
                $"Configured potentially-blocking mailbox [{id}] configured with non-zero PushTimeOut "
                    + $"({blocking.PushTimeout}), which can lead to blocking behavior when sending messages to this "
                    + $"mailbox. Avoid this by setting `{id}.mailbox-push-timeout-time` to `0`."
            );
        return made;
    }

    private Config FullConfig(string id) =>
        ConfigurationFactory
            .ParseString($"id: {id}")
            .WithFallback(Settings.Config.GetConfig(id))
            .WithFallback(Settings.Config.GetConfig(DefaultMailboxId));

    private void Warn(string message) => _system.EventStream.Publish(new Warning("mailboxes", GetType(), message));

    /// <summary>What a dispatcher says about mailboxes, read once per dispatcher and not once per actor.</summary>
    private sealed class DispatcherSide
    {
        public DispatcherSide(Config config)
        {
            Id = config.GetString("id", null);
            string requirement = config.GetString("mailbox-requirement", null);
            if (!string.IsNullOrEmpty(requirement))
            {
                Type type = Type.GetType(requirement, throwOnError: true);
                Requirement = type == typeof(IMessageQueue) ? null : type;
            }

            HasMailboxType = !string.IsNullOrEmpty(config.GetString("mailbox-type", null));
        }

        public string Id { get; }

        public Type Requirement { get; }

        public bool HasMailboxType { get; }
    }
}
