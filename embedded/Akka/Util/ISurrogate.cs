using Akka.Actor;

namespace Akka.Util;

/// <summary>A stand-in that can travel where the original cannot.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}

/// <summary>Something that names its stand-in when it has to leave the process.</summary>
public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
