using System.Text;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>How a program of others ended, and what it wrote.</summary>
internal sealed record PeerResult(int ExitCode, byte[] OutputBytes, string Errors)
{
    internal string Output => Encoding.Latin1.GetString(OutputBytes);

    internal void AssertSucceeded() => Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Errors}");
}
