using System;

namespace Akka.Reactor.Selectors;

/// <summary>
/// An engine threw, while its loop waited in it or while a socket was deregistered. Only the selector's supervisor sees this
/// exception. It restarts the selector with a fresh engine.
/// </summary>
internal sealed class EngineFailedException(Exception cause)
    : ReactorException($"The engine failed: {cause.Message}", cause);
