using System;

namespace Akka.Actor;

/// <summary>The process a deployment is meant for; here there is only this one.</summary>
public abstract class Scope : IEquatable<Scope>
{
    public static readonly LocalScope Local = LocalScope.Instance;

    public abstract Scope WithFallback(Scope other);

    public abstract Scope Copy();

    public virtual bool Equals(Scope other) => other is not null && other.GetType() == GetType();
}

/// <summary>This process.</summary>
public class LocalScope : Scope
{
    private LocalScope() { }

    public static LocalScope Instance { get; } = new();

    public override Scope WithFallback(Scope other) => this;

    public override Scope Copy() => this;
}

internal sealed class NoScopeGiven : Scope
{
    private NoScopeGiven() { }

    public static NoScopeGiven Instance { get; } = new();

    public override Scope WithFallback(Scope other) => other;

    public override Scope Copy() => this;
}
