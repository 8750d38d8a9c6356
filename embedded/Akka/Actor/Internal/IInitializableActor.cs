namespace Akka.Actor.Internal;

/// <summary>An actor with work to do between its constructor and PreStart.</summary>
public interface IInitializableActor
{
    void Init();
}
