using Akka.Reactor.Polling.Linux;

namespace Akka.Reactor.Tests.Polling.Linux;

public sealed class EventFdSpec() : WakeSignalContractSpec(new EventFd());
