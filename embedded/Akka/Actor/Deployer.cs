using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The deployments of <c>akka.actor.deployment</c>: for actors below <c>/user</c>, with <c>*</c> and <c>**</c> in their paths.</summary>
public class Deployer
{
    protected readonly Config Default;

    private readonly Lock _gate = new();
    private Entry[] _entries = [];

    public Deployer(Settings settings)
    {
        Config config = settings.Config.GetConfig("akka.actor.deployment");
        Default = config.GetConfig("default");
        HoconObject root = config.Root.GetObject();
        if (root is null)
            return;
        foreach (KeyValuePair<string, HoconValue> item in root.Items)
        {
            if (!string.Equals(item.Key, "default", StringComparison.Ordinal))
                SetDeploy(ParseConfig(item.Key, new Config(new HoconRoot(item.Value))));
        }
    }

    public Deploy Lookup(ActorPath path)
    {
        // Asked for every actor there is: most systems deploy nothing, and most actors are not named in what they do.
        if (_entries.Length == 0)
            return Deploy.None;
        IReadOnlyList<string> elements = path.Elements;
        return elements.Count < 2 || !string.Equals(elements[0], "user", StringComparison.Ordinal)
            ? Deploy.None
            : Lookup(elements.Skip(1));
    }

    public Deploy Lookup(IEnumerable<string> path)
    {
        string[] elements = path.ToArray();
        Entry best = null;
        foreach (Entry entry in _entries)
        {
            if (entry.Matches(elements) && (best is null || entry.IsMoreExactThan(best)))
                best = entry;
        }

        return best?.Deploy;
    }

    public void SetDeploy(Deploy deploy)
    {
        string[] elements = deploy.Path.Split('/').Skip(1).ToArray();
        foreach (string element in elements)
        {
            if (element.Length == 0)
                throw new IllegalActorNameException($"Actor name in deployment [{deploy.Path}] must not be empty");
            if (!ActorPath.IsValidPathElement(element))
                throw new IllegalActorNameException(
                    $"Illegal actor name [{element}] in deployment [{deploy.Path}]. {ActorPath.ValidActorNameDescription}"
                );
        }

        lock (_gate)
        {
            _entries =
            [
                .. _entries.Where(e => !e.Elements.SequenceEqual(elements, StringComparer.Ordinal)),
                new Entry(elements, deploy),
            ];
        }
    }

    public virtual Deploy ParseConfig(string key, Config config)
    {
        Config deployment = config.WithFallback(Default);
        return new Deploy(
            key,
            deployment,
            Deploy.NoScopeGiven,
            deployment.GetString("dispatcher", ""),
            deployment.GetString("mailbox", ""),
            deployment.GetInt("stash-capacity", Deploy.NoStashSize)
        );
    }

    private sealed record Entry(string[] Elements, Deploy Deploy)
    {
        public bool Matches(string[] path)
        {
            for (int i = 0; i < Elements.Length; i++)
            {
                if (string.Equals(Elements[i], "**", StringComparison.Ordinal))
                    return i < path.Length;
                if (i >= path.Length || !path[i].Like(Elements[i], caseSensitive: true))
                    return false;
            }

            return path.Length == Elements.Length;
        }

        /// <summary>A name beats a pattern, and a pattern "the rest", at the first place where two deployments differ.</summary>
        public bool IsMoreExactThan(Entry other)
        {
            for (int i = 0; i < Math.Min(Elements.Length, other.Elements.Length); i++)
            {
                int difference = Looseness(Elements[i]) - Looseness(other.Elements[i]);
                if (difference != 0)
                    return difference < 0;
            }

            return Elements.Length > other.Elements.Length;
        }

        private static int Looseness(string element) =>
            element switch
            {
                "**" => 2,
                _ when element.AsSpan().ContainsAny('*', '?') => 1,
                _ => 0,
            };
    }
}
