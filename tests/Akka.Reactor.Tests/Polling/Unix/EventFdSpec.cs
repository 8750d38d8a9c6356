using Akka.Reactor.Polling;

namespace Akka.Reactor.Tests.Polling;

public sealed class EventFdSpec() : WakeSignalContractSpec(new EventFd());
