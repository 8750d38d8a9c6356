using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;

namespace Akka.Actor;

/// <summary>
/// The place of an actor in the tree. Two paths are equal by their names only; the uid, which tells one incarnation
/// from the next, counts only in the equality of refs.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    internal const string ValidActorNameDescription =
        "Actor paths MUST: not start with `$`, not be empty, and only contain ASCII letters, digits and these special characters: `"
        + ValidSymbols
        + "`";

    private static readonly SearchValues<char> ValidChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + ValidSymbols
    );

    private string _withoutAddress;

    protected ActorPath(Address address, string name)
    {
        Address = address;
        Name = name;
        Uid = ActorCell.UndefinedUid;
    }

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        Parent = parentPath;
        Address = parentPath.Address;
        Depth = parentPath.Depth + 1;
        Name = name;
        Uid = uid;
    }

    public string Name { get; }

    public Address Address { get; }

    public long Uid { get; }

    public ActorPath Parent { get; }

    public int Depth { get; }

    /// <summary>The names from below the root down to this path.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var names = new string[Depth];
            ActorPath path = this;
            for (int i = Depth - 1; i >= 0; i--, path = path.Parent)
                names[i] = path.Name;
            return names;
        }
    }

    public ActorPath Root => ParentOf(0);

    /// <summary>Whether a user may give this name to an actor: names that start with <c>$</c> are the kernel's own.</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        ReadOnlySpan<char> rest = s;
        while (true)
        {
            int odd = rest.IndexOfAnyExcept(ValidChars);
            if (odd < 0)
                return true;
            if (
                rest[odd] != '%'
                || odd + 2 >= rest.Length
                || !char.IsAsciiHexDigit(rest[odd + 1])
                || !char.IsAsciiHexDigit(rest[odd + 2])
            )
                return false;
            rest = rest[(odd + 3)..];
        }
    }

    public bool Equals(ActorPath other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth || !Address.Equals(other.Address))
            return false;
        for (ActorPath a = this, b = other; !ReferenceEquals(a, b); a = a.Parent, b = b.Parent)
        {
            if (a is null || b is null || !string.Equals(a.Name, b.Name, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    public int CompareTo(ActorPath other)
    {
        if (other is null)
            return 1;
        ActorPath a = this;
        ActorPath b = other;
        // From the leaf upwards, and a root is greater than any child.
        while (!ReferenceEquals(a, b))
        {
            if (a.Depth == 0)
                return b.Depth > 0 ? 1 : string.CompareOrdinal(a.ToString(), b.ToString());
            if (b.Depth == 0)
                return -1;
            int order = string.CompareOrdinal(a.Name, b.Name);
            if (order != 0)
                return order;
            a = a.Parent;
            b = b.Parent;
        }

        return 0;
    }

    public ActorPath WithUid(long uid)
    {
        if (Depth == 0)
        {
            if (uid != ActorCell.UndefinedUid)
                throw new NotSupportedException("RootActorPath must have undefined Uid");
            return this;
        }

        return uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
    }

    public static ActorPath operator /(ActorPath path, string name)
    {
        (string bare, long uid) = ActorCell.SplitNameAndUid(name);
        return new ChildActorPath(path, bare, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        ActorPath result = path;
        foreach (string element in name)
        {
            if (!string.IsNullOrEmpty(element))
                result /= element;
        }

        return result;
    }

    /// <summary>The ancestor at this depth; a negative number counts upwards from here.</summary>
    public ActorPath ParentOf(int depth)
    {
        ActorPath current = this;
        int target = depth >= 0 ? depth : Math.Max(0, Depth + depth);
        while (current.Depth > target)
            current = current.Parent;
        return current;
    }

    public static ActorPath Parse(string path) =>
        TryParse(path, out ActorPath parsed)
            ? parsed
            : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null;
        return Address.TryParse(path, out Address address, out ReadOnlySpan<char> rest)
            && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    public static bool TryParse(ActorPath basePath, string absoluteUri, out ActorPath actorPath) =>
        TryParse(basePath, absoluteUri.AsSpan(), out actorPath);

    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, out ActorPath actorPath)
    {
        actorPath = basePath;
        long uid = ActorCell.UndefinedUid;
        int fragment = absoluteUri.IndexOf('#');
        if (fragment >= 0)
        {
            uid = long.Parse(
                absoluteUri[(fragment + 1)..],
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture
            );
            absoluteUri = absoluteUri[..fragment];
        }

        foreach (Range range in absoluteUri.Split('/'))
        {
            ReadOnlySpan<char> name = absoluteUri[range];
            if (name.Length > 0)
                actorPath = new ChildActorPath(actorPath, name.ToString(), ActorCell.UndefinedUid);
        }

        if (uid != ActorCell.UndefinedUid)
            actorPath = actorPath.WithUid(uid);
        return true;
    }

    public static bool TryParseAddress(string path, out Address address) => Address.TryParse(path, out address);

    public string ToStringWithoutAddress() => _withoutAddress ??= Depth == 0 ? "/" : "/" + FormatPathElements(Elements);

    public override string ToString() => Address + ToStringWithoutAddress();

    public string ToStringWithUid() => WithFragment(ToStringWithAddress());

    public ActorPath Child(string childName) => this / childName;

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Address);
        for (ActorPath path = this; path.Depth > 0; path = path.Parent)
            hash.Add(path.Name, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public static bool operator ==(ActorPath left, ActorPath right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(ActorPath left, ActorPath right) => !(left == right);

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    public string ToStringWithAddress(Address address)
    {
        // A path that names its host keeps it: only a local one takes the address under which others see us.
        bool remote = Address.Host is not null && Address.Port is not null;
        return (remote ? Address : address) + ToStringWithoutAddress();
    }

    public string ToSerializationFormat() => WithFragment(ToStringWithAddress());

    public string ToSerializationFormatWithAddress(Address address) => WithFragment(ToStringWithAddress(address));

    public static string FormatPathElements(IEnumerable<string> pathElements) => string.Join('/', pathElements);

    private string WithFragment(string text) =>
        Uid == ActorCell.UndefinedUid ? text : text + "#" + Uid.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The path above all others of one actor system.</summary>
public sealed class RootActorPath : ActorPath
{
    public RootActorPath(Address address, string name = "")
        : base(address, name) { }
}

/// <summary>Every path below the root.</summary>
public sealed class ChildActorPath : ActorPath
{
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath, name, uid) { }
}
