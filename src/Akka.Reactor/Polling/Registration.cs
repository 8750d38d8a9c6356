namespace Akka.Reactor.Polling;

/// <summary>
/// A descriptor an engine watches. Made and numbered by the engine; used on its loop only. The generation tells this
/// registration from an earlier one of the same descriptor: an event of another generation is stale and dropped.
/// </summary>
internal sealed class Registration
{
    internal Registration(nint descriptor, object target, int slot, uint generation)
    {
        Descriptor = descriptor;
        Target = target;
        Slot = slot;
        Generation = generation;
    }

    internal nint Descriptor { get; }

    /// <summary>Whom the events are for; the engine carries it and never looks at it.</summary>
    internal object Target { get; }

    /// <summary>The engine's place for this registration.</summary>
    internal int Slot { get; }

    internal uint Generation { get; }

    /// <summary>What was asked for last. Written by the engine.</summary>
    internal Interest Interest { get; set; }

    /// <summary>What the operating system was told last. The engine's own.</summary>
    internal Interest Applied { get; set; }

    /// <summary>True while the engine has it on its list of changes. The engine's own.</summary>
    internal bool Changed { get; set; }

    /// <summary>False once deregistered. Written by the engine.</summary>
    internal bool Active { get; set; } = true;
}
