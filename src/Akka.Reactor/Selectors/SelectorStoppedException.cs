namespace Akka.Reactor;

/// <summary>The selector that served the connection was stopped, and its connections with it.</summary>
public sealed class SelectorStoppedException : ReactorException
{
    /// <summary>Names the selector.</summary>
    public SelectorStoppedException(string selector)
        : base($"The selector {selector} was stopped.") { }
}
