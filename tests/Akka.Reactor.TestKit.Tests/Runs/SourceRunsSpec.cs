using System;
using System.IO;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>Many runs of <see cref="SourceRun"/>: a failing seed is printed and reproduces.</summary>
public sealed class SourceRunsSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reactor-runs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void What_sources_yield_arrives_in_its_place_whatever_fails(EngineStyle style)
    {
        bool soak = Soak.IsOn;
        for (int seed = 0; seed < (soak ? 2000 : 200); seed++)
        {
            new SourceRun(seed, style, _folder).Execute();
        }
    }
}
