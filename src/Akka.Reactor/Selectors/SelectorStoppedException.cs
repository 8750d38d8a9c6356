namespace Akka.Reactor.Selectors;

/// <summary>The selector that served the connection was stopped, and so its connections were closed.</summary>
internal sealed class SelectorStoppedException(string selector)
    : ReactorException($"The selector {selector} was stopped.")
{
    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Aborted;
}
