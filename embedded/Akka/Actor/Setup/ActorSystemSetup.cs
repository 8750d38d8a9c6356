using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>A piece of programmatic configuration.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}

/// <summary>Pieces of programmatic configuration by their type. Immutable.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Dictionary<Type, Setup> _setups;

    private ActorSystemSetup(Dictionary<Type, Setup> setups)
    {
        _setups = setups;
    }

    public static ActorSystemSetup Create(params Setup[] setup) =>
        setup.Aggregate(Empty, (all, one) => all.WithSetup(one));

    public Option<T> Get<T>()
        where T : Setup =>
        _setups.TryGetValue(typeof(T), out Setup setup) ? Option<T>.Create((T)setup) : Option<T>.None;

    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => new(new Dictionary<Type, Setup>(_setups) { [setup.GetType()] = setup });

    public ActorSystemSetup And<T>(T setup)
        where T : Setup => WithSetup(setup);

    public override string ToString() =>
        $"ActorSystemSetup({string.Join(',', _setups.Keys.Select(type => type.FullName))})";
}
