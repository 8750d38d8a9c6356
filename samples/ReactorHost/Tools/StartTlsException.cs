using Akka.Reactor;

namespace ReactorHost.Tools;

/// <summary>The server does not start TLS.</summary>
internal sealed class StartTlsException(string message) : ReactorException(message);
