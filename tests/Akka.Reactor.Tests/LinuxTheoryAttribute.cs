using System;
using Xunit;

namespace Akka.Reactor.Tests;

/// <summary>A test with data of something that only Linux does; skipped on any other system, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    /// <param name="what">What only Linux does.</param>
    public LinuxTheoryAttribute(string what) => Skip = OperatingSystem.IsLinux() ? null : $"not Linux: {what}";
}
