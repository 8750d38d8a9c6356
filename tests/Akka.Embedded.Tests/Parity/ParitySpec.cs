using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests;

/// <summary>
/// Holds the embedded assemblies to the real ones, member by member. Compiled only where both are at hand, which is
/// with AkkaSource=Path: the build puts the embedded ones beside this test, in the folder "embedded".
/// </summary>
public sealed class ParitySpec
{
    private static readonly string s_here = AppContext.BaseDirectory;
    private static readonly string s_real = Path.GetDirectoryName(typeof(ActorSystem).Assembly.Location)!;

    // Abstract, but implemented by Akka alone: refs are made on MinimalActorRef, and the others cannot be made at all.
    private static readonly HashSet<string> s_implementedByAkkaOnly = new(StringComparer.Ordinal)
    {
        "Akka.Actor.ActorSystem",
        "Akka.Actor.ExtendedActorSystem",
        "Akka.Actor.IActorRefProvider",
        "Akka.Actor.ICell",
        "Akka.Actor.IInternalActorRef",
        "Akka.TestKit.IEventFilterApplier",
    };

    [Fact]
    public void Every_visible_member_of_the_embedded_assemblies_is_one_of_the_real_ones()
    {
        using PublicSurface embedded = Embedded();
        using PublicSurface real = Real();

        string[] differences = embedded
            .Types.OrderBy(type => type.Key, StringComparer.Ordinal)
            .SelectMany(type => Differences(type.Value, real.Types.GetValueOrDefault(type.Key)))
            .ToArray();

        Assert.True(differences.Length == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void What_a_subclass_or_an_implementation_must_have_is_not_less_than_with_the_real_assemblies()
    {
        using PublicSurface embedded = Embedded();
        using PublicSurface real = Real();

        string[] missing = embedded
            .Types.Values.Where(type => type.IsAbstract && !s_implementedByAkkaOnly.Contains(type.FullName!))
            .SelectMany(type => Missing(type, real.Types.GetValueOrDefault(type.FullName!)))
            .Order(StringComparer.Ordinal)
            .ToArray();

        Assert.True(missing.Length == 0, string.Join(Environment.NewLine, missing));
    }

    [Fact]
    public void The_comparison_sees_both_surfaces()
    {
        using PublicSurface embedded = Embedded();
        using PublicSurface real = Real();

        Assert.NotSame(
            embedded.Types["Akka.Actor.ActorSystem"].Assembly,
            real.Types["Akka.Actor.ActorSystem"].Assembly
        );
        Assert.True(embedded.Types.Count < real.Types.Count);
        Assert.Contains("Akka.TestKit.TestProbe", embedded.Types);
        // A type is told from another one: its kind, its base and its members differ.
        Assert.NotEmpty(Differences(embedded.Types["Akka.Actor.Props"], real.Types["Akka.Actor.ActorPath"]));
    }

    private static PublicSurface Embedded()
    {
        string folder = Path.Combine(s_here, "embedded");
        return new([Path.Combine(folder, "Akka.dll"), Path.Combine(folder, "Akka.TestKit.Xunit2.dll")], folder, s_here);
    }

    private static PublicSurface Real() =>
        new(
            [
                Path.Combine(s_real, "Akka.dll"),
                Path.Combine(s_real, "Akka.TestKit.dll"),
                Path.Combine(s_real, "Akka.TestKit.Xunit2.dll"),
            ],
            s_real
        );

    private static IEnumerable<string> Differences(Type embedded, Type? real)
    {
        string name = embedded.FullName!;
        if (real is null)
            return [$"{name}: no such type"];

        return Facts(embedded)
            .Except(Facts(real), StringComparer.Ordinal)
            .Concat(
                PublicSurface
                    .DeclaredMembers(embedded)
                    .Except(PublicSurface.MembersWithInherited(real), StringComparer.Ordinal)
            )
            .Select(difference => $"{name}: {difference}");
    }

    private static IEnumerable<string> Missing(Type embedded, Type? real) =>
        (real is null ? [] : PublicSurface.DeclaredMembers(real))
            .Where(member => member.Contains(" abstract ", StringComparison.Ordinal))
            .Except(PublicSurface.MembersWithInherited(embedded), StringComparer.Ordinal)
            .Select(member => $"{embedded.FullName}: {member}");

    // An interface may be missing from the embedded type, but not be added by it.
    private static IEnumerable<string> Facts(Type type) =>
        type.GetInterfaces()
            .Where(contract => contract.IsVisible)
            .Select(contract => $"interface {Signature.Of(contract)}")
            .Append($"kind {Signature.OfKind(type)}")
            .Append($"base {(type.BaseType is { } parent ? Signature.Of(parent) : "none")}");
}
