using System;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>Where an actor is to run: dispatcher, mailbox, stash capacity.</summary>
public class Deploy : IEquatable<Deploy>
{
    public const int NoStashSize = -1;

    public static readonly string NoDispatcherGiven = "";

    public static readonly string NoMailboxGiven = "";

    public static readonly Scope NoScopeGiven = Akka.Actor.NoScopeGiven.Instance;

    public static readonly Deploy None = new();

    public static readonly Deploy Local = new(Scope.Local);

    public Deploy()
        : this("", ConfigurationFactory.Empty, NoScopeGiven, NoDispatcherGiven, NoMailboxGiven, NoStashSize) { }

    public Deploy(string path, Scope scope)
        : this(path, ConfigurationFactory.Empty, scope, NoDispatcherGiven, NoMailboxGiven, NoStashSize) { }

    public Deploy(Scope scope)
        : this("", scope) { }

    internal Deploy(string path, Config config, Scope scope, string dispatcher, string mailbox, int stashCapacity)
    {
        Path = path;
        Config = config;
        Scope = scope ?? NoScopeGiven;
        Dispatcher = dispatcher ?? NoDispatcherGiven;
        Mailbox = mailbox ?? NoMailboxGiven;
        StashCapacity = stashCapacity;
    }

    public string Path { get; }

    public Config Config { get; }

    public Scope Scope { get; }

    public string Mailbox { get; }

    public string Dispatcher { get; }

    public int StashCapacity { get; }

    public virtual Deploy WithScope(Scope scope) => new(Path, Config, scope, Dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithMailbox(string mailbox) => new(Path, Config, Scope, Dispatcher, mailbox, StashCapacity);

    public virtual Deploy WithDispatcher(string dispatcher) =>
        new(Path, Config, Scope, dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithStashCapacity(int stashSize) => new(Path, Config, Scope, Dispatcher, Mailbox, stashSize);

    /// <summary>This deployment, with the other's values where it has none of its own.</summary>
    public virtual Deploy WithFallback(Deploy other) =>
        new(
            Path,
            Config.Equals(other.Config) ? Config : Config.WithFallback(other.Config),
            Scope.WithFallback(other.Scope),
            Dispatcher.Length == 0 ? other.Dispatcher : Dispatcher,
            Mailbox.Length == 0 ? other.Mailbox : Mailbox,
            StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity
        );

    public bool Equals(Deploy other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && string.Equals(Dispatcher, other.Dispatcher, StringComparison.Ordinal)
            && string.Equals(Mailbox, other.Mailbox, StringComparison.Ordinal)
            && string.Equals(Path, other.Path, StringComparison.Ordinal)
            && StashCapacity == other.StashCapacity
            && Scope.Equals(other.Scope)
        );
}
