using Akka.Reactor.Polling;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Polling;

[Engine("epoll")]
public sealed class EpollChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(Platforms.Resolve("epoll"), output.WriteLine);

[Engine("poll")]
public sealed class PollChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(Platforms.Resolve("poll"), output.WriteLine);

[Engine("select")]
[Collection(Alone.Name)]
public sealed class SelectChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(Platforms.Resolve("select"), output.WriteLine);

[Engine("kqueue")]
public sealed class KqueueChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(Platforms.Resolve("kqueue"), output.WriteLine);

[Engine("io_uring")]
public sealed class UringChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(Platforms.Resolve("io_uring"), output.WriteLine);
