using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Actors by path instead of by ref: looked up anew for every message, and with wildcards more than one.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/')) { }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, elements.Where(e => !string.IsNullOrEmpty(e)).Select(ToElement).ToArray())
    {
        int rest = Array.IndexOf(Path, SelectChildRecursive.Instance);
        if (rest >= 0 && rest < Path.Length - 1)
            throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
    }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join('/', Path.Select(e => e.ToString()));

    public void Tell(object message, IActorRef sender = null) =>
        Deliver(
            (IInternalActorRef)Anchor,
            sender ?? ActorCell.GetCurrentSelfOrNoSender(),
            new ActorSelectionMessage(message, Path)
        );

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            ActorIdentity identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct)
                .ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }
    }

    public override bool Equals(object obj) => obj?.GetType() == GetType() && Equals((ActorSelection)obj);

    protected bool Equals(ActorSelection other) =>
        Equals(Anchor, other.Anchor) && string.Equals(PathString, other.PathString, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString()
    {
        string uid = Anchor.Path.Uid == ActorCell.UndefinedUid ? "" : $"#{Anchor.Path.Uid}";
        return $"ActorSelection[Anchor({Anchor.Path}{uid}), Path({PathString})]";
    }

    internal static ActorSelection From(ActorPath path, ActorSystem system) =>
        new(((ExtendedActorSystem)system).Provider.RootGuardianAt(path.Address), path.Elements);

    /// <summary>An absolute path with address, one from the root, or one relative to the given ref.</summary>
    internal static ActorSelection From(string path, ActorSystem system, IActorRef lookupRoot)
    {
        IActorRefProvider provider = ((ExtendedActorSystem)system).Provider;
        if (Address.TryParse(path, out _) && ActorPath.TryParse(path, out ActorPath absolute))
            return new ActorSelection(provider.RootGuardianAt(absolute.Address), absolute.Elements);
        return path.StartsWith('/')
            ? new ActorSelection(provider.RootGuardian, path)
            : new ActorSelection(lookupRoot, path);
    }

    internal static void Deliver(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        if (selection.Elements.Length == 0)
        {
            anchor.Tell(selection.Message, sender);
            return;
        }

        IInternalActorRef current = anchor;
        for (int i = 0; i < selection.Elements.Length; i++)
        {
            bool last = i == selection.Elements.Length - 1;
            if (current is not ActorRefWithCell withCell)
            {
                // Whoever it is has to go on with the rest of the path by itself.
                current.Tell(
                    new ActorSelectionMessage(selection.Message, selection.Elements[i..], selection.WildCardFanOut),
                    sender
                );
                return;
            }

            switch (selection.Elements[i])
            {
                case SelectParent:
                    current = withCell.Parent;
                    break;
                case SelectChildName name:
                    current = withCell.GetSingleChild(name.Name);
                    if (current is Nobody)
                    {
                        if (!selection.WildCardFanOut)
                            NotFound(withCell, anchor, selection, sender);
                        return;
                    }

                    break;
                case SelectChildRecursive:
                    var onwards = new ActorSelectionMessage(
                        selection.Message,
                        [SelectChildRecursive.Instance],
                        wildCardFanOut: true
                    );
                    foreach (IActorRef child in withCell.Children.ToArray())
                    {
                        child.Tell(selection.Message, sender);
                        Deliver((IInternalActorRef)child, sender, onwards);
                    }

                    return;
                case SelectChildPattern pattern:
                    FanOut(withCell, anchor, selection, pattern, selection.Elements[(i + 1)..], sender);
                    return;
            }

            if (last)
                current.Tell(selection.Message, sender);
        }
    }

    private static void FanOut(
        ActorRefWithCell parent,
        IInternalActorRef anchor,
        ActorSelectionMessage selection,
        SelectChildPattern pattern,
        SelectionPathElement[] rest,
        IActorRef sender
    )
    {
        IActorRef[] matching = parent.Children.Where(c => c.Path.Name.Like(pattern.PatternStr)).ToArray();
        if (matching.Length == 0 && !selection.WildCardFanOut)
        {
            NotFound(parent, anchor, selection, sender);
            return;
        }

        var onwards = new ActorSelectionMessage(
            selection.Message,
            rest,
            selection.WildCardFanOut || matching.Length > 1
        );
        foreach (IActorRef child in matching)
            Deliver((IInternalActorRef)child, sender, onwards);
    }

    private static void NotFound(
        ActorRefWithCell at,
        IInternalActorRef anchor,
        ActorSelectionMessage selection,
        IActorRef sender
    ) =>
        new EmptyLocalActorRef(
            at.Provider,
            anchor.Path / selection.Elements.Select(e => e.ToString()),
            at.Underlying.System.EventStream
        ).Tell(selection, sender);

    private static SelectionPathElement ToElement(string element) =>
        element switch
        {
            "**" => SelectChildRecursive.Instance,
            ".." => SelectParent.Instance,
            _ when element.AsSpan().ContainsAny('?', '*') => new SelectChildPattern(element),
            _ => new SelectChildName(element),
        };
}

/// <summary>A message on its way along a selection.</summary>
public class ActorSelectionMessage : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    {
        Message = message;
        Elements = elements;
        WildCardFanOut = wildCardFanOut;
    }

    public object Message { get; }

    public SelectionPathElement[] Elements { get; }

    /// <summary>One of many: those that match nothing are silent.</summary>
    public bool WildCardFanOut { get; }

    public override string ToString() =>
        $"ActorSelectionMessage - Message: {Message} - WildCartFanOut: {WildCardFanOut} - Elements: {string.Join<SelectionPathElement>('/', Elements)}";
}

/// <summary>One step of a selection.</summary>
public abstract class SelectionPathElement { }

/// <summary>To the child of this name.</summary>
public class SelectChildName : SelectionPathElement
{
    public SelectChildName(string name)
    {
        Name = name;
    }

    public string Name { get; }

    protected bool Equals(SelectChildName other) => string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override bool Equals(object obj) => obj?.GetType() == GetType() && Equals((SelectChildName)obj);

    public override int GetHashCode() => Name?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => Name;
}

/// <summary>To all children whose names match.</summary>
public class SelectChildPattern : SelectionPathElement
{
    public SelectChildPattern(string patternStr)
    {
        PatternStr = patternStr;
    }

    public string PatternStr { get; }

    protected bool Equals(SelectChildPattern other) =>
        string.Equals(PatternStr, other.PatternStr, StringComparison.Ordinal);

    public override bool Equals(object obj) => obj?.GetType() == GetType() && Equals((SelectChildPattern)obj);

    public override int GetHashCode() => PatternStr?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => PatternStr;
}

/// <summary>To everything below.</summary>
public class SelectChildRecursive : SelectionPathElement
{
    public static readonly SelectChildRecursive Instance = new();

    public override bool Equals(object obj) => obj is SelectChildRecursive;

    public override int GetHashCode() => nameof(SelectChildRecursive).Length;

    public override string ToString() => "**";
}

/// <summary>To the parent.</summary>
public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    public override bool Equals(object obj) => obj is SelectParent;

    public override int GetHashCode() => nameof(SelectParent).Length;

    public override string ToString() => "..";
}
