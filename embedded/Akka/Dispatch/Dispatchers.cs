using System;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>All dispatchers of a system, by the path of their configuration or the id they were registered under.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private const int MaxAliasDepth = 20;

    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new(
        StringComparer.Ordinal
    );
    private readonly ILoggingAdapter _logger;

    public Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites, ILoggingAdapter logger)
    {
        Prerequisites = prerequisites;
        _logger = logger;
        DefaultGlobalDispatcher = Lookup(DefaultDispatcherId);
        InternalDispatcher = Lookup(InternalDispatcherId);
    }

    public MessageDispatcher DefaultGlobalDispatcher { get; }

    internal MessageDispatcher InternalDispatcher { get; }

    public IDispatcherPrerequisites Prerequisites { get; private set; }

    public Config DefaultDispatcherConfig =>
        IdConfig(DefaultDispatcherId).WithFallback(SystemConfig.GetConfig(DefaultDispatcherId));

    private Config SystemConfig => Prerequisites.Settings.Config;

    public MessageDispatcher Lookup(string dispatcherName) => LookupConfigurator(dispatcherName).Dispatcher();

    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || SystemConfig.HasPath(id);

    /// <summary>Adds a dispatcher that no configuration describes; false when the id is taken.</summary>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) =>
        _configurators.TryAdd(id, configurator);

    internal void ReloadPrerequisites(IDispatcherPrerequisites prerequisites) => Prerequisites = prerequisites;

    private MessageDispatcherConfigurator LookupConfigurator(string id)
    {
        for (int depth = 0; depth < MaxAliasDepth; depth++)
        {
            if (_configurators.TryGetValue(id, out MessageDispatcherConfigurator known))
                return known;
            if (!SystemConfig.HasPath(id))
                throw new ConfigurationException($"Dispatcher {id} not configured.");
            HoconValue value = SystemConfig.GetValue(id);
            if (value.IsString())
            {
                string actual = value.GetString();
                _logger.Debug("Dispatcher id [{0}] is an alias, actual dispatcher will be [{1}]", id, actual);
                id = actual;
                continue;
            }

            if (!value.IsObject())
                throw new ConfigurationException(
                    $"Expected either a dispatcher config or an alias at [{id}] but found [{value}]"
                );
            return _configurators.GetOrAdd(id, ConfiguratorFrom(id, FullConfig(id)));
        }

        throw new ConfigurationException(
            $"Could not find a concrete dispatcher config after following {MaxAliasDepth} deep. "
                + $"Is there a circular reference in your config? Last followed Id was [{id}]"
        );
    }

    private Config FullConfig(string id)
    {
        string simpleName = id[(id.LastIndexOf('.') + 1)..];
        return IdConfig(id)
            .WithFallback(SystemConfig.GetConfig(id))
            .WithFallback(ConfigurationFactory.ParseString($"name: {simpleName}"))
            .WithFallback(DefaultDispatcherConfig);
    }

    private static Config IdConfig(string id) => ConfigurationFactory.ParseString($"id: {id}");

    private MessageDispatcherConfigurator ConfiguratorFrom(string id, Config config)
    {
        string type = config.GetString("type", null);
        switch (type)
        {
            case "Dispatcher" or "TaskDispatcher":
                return new DispatcherConfigurator(config, Prerequisites);
            case "ForkJoinDispatcher":
                return new DispatcherConfigurator(
                    ConfigurationFactory.ParseString("executor = fork-join-executor").WithFallback(config),
                    Prerequisites
                );
            case "PinnedDispatcher":
                return new PinnedDispatcherConfigurator(config, Prerequisites);
            case null:
                throw new ConfigurationException($"Could not resolve dispatcher for path {id}. type is null");
            default:
                Type configurator =
                    Type.GetType(type)
                    ?? throw new ConfigurationException($"Could not resolve dispatcher type {type} for path {id}");
                return (MessageDispatcherConfigurator)Activator.CreateInstance(configurator, config, Prerequisites);
        }
    }
}
