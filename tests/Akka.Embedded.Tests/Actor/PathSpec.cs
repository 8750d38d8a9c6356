using System;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

/// <summary>Addresses, paths and selections.</summary>
public sealed class PathSpec : KernelSpec
{
    [Theory]
    [InlineData("akka://sys", "akka", "sys", null, null)]
    [InlineData("akka.tcp://sys@HOST:4040", "akka.tcp", "sys", "host", 4040)]
    [InlineData("akka.tcp://sys@[::1]:4040", "akka.tcp", "sys", "[::1]", 4040)]
    public void An_address_is_parsed(string text, string protocol, string system, string? host, int? port)
    {
        Assert.True(Address.TryParse(text, out Address? address));
        Assert.Equal(new Address(protocol, system, host, port), address);
        Assert.Equal(text.ToLowerInvariant(), address!.ToString());
        Assert.Equal(host is null, address.HasLocalScope);
    }

    [Theory]
    [InlineData("http://sys")]
    [InlineData("sys")]
    [InlineData("akka.tcp://sys@host")]
    public void What_is_no_address_is_not_parsed(string text)
    {
        Assert.False(Address.TryParse(text, out Address? _));
    }

    [Fact]
    public void A_path_has_names_parents_and_a_root()
    {
        ActorPath path = ActorPath.Parse("akka://sys/user/a/b#7");
        Assert.Equal("b", path.Name);
        Assert.Equal(7, path.Uid);
        Assert.Equal("akka://sys/user/a/b", path.ToString());
        Assert.Equal("akka://sys/user/a/b#7", path.ToStringWithUid());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal(["user", "a", "b"], path.Elements);
        Assert.Equal(3, path.Depth);
        Assert.Equal("akka://sys/user/a", path.Parent.ToString());
        Assert.Equal("akka://sys/", path.Root.ToString());
        Assert.Equal("akka://sys/user", path.ParentOf(1).ToString());
        Assert.Equal("akka://sys/user/a", path.ParentOf(-1).ToString());
        Assert.Equal(path, path.Parent / "b");
        Assert.Equal(path, new RootActorPath(new Address("akka", "sys")) / new[] { "user", "a", "b" });
        Assert.True(path == path.WithUid(9));
        Assert.Equal(9, path.WithUid(9).Uid);
        Assert.Equal(
            "akka.tcp://sys@h:1/user/a/b#7",
            path.ToSerializationFormatWithAddress(new Address("akka.tcp", "sys", "h", 1))
        );
        Assert.NotEqual(path, path.Child("c"));
        Assert.True(path.CompareTo(path.Parent / "c") < 0);
        Assert.Throws<UriFormatException>(() => ActorPath.Parse("nonsense"));
    }

    [Fact]
    public void A_ref_is_equal_to_one_of_the_same_path_and_uid_only()
    {
        IActorRef a = Sys.ActorOf(Props.Create(() => new Echo()), "same");
        IActorRef found = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(a.Path.ToSerializationFormat());
        Assert.Equal(a, found);
        Assert.Equal(a.GetHashCode(), found.GetHashCode());
        Assert.Equal(0, a.CompareTo(found));
        Assert.Contains("#" + a.Path.Uid, a.ToString(), StringComparison.Ordinal);
        Assert.False(a.Equals(null));
        Assert.True(ActorRefs.Nobody.IsNobody());
        Assert.True(ActorRefs.NoSender.IsNobody());
        Assert.False(a.IsNobody());
    }

    [Fact]
    public void A_path_where_nobody_lives_resolves_to_a_ref_that_answers_watches()
    {
        IActorRef nobody = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef($"akka://{Sys.Name}/user/nobody");
        Watch(nobody);
        Assert.False(ExpectMsg<Terminated>().ExistenceConfirmed);
    }

    [Fact]
    public async Task A_selection_finds_by_absolute_and_relative_paths()
    {
        IActorRef parent = APuppet("parent");
        parent.Tell(
            Do(context =>
            {
                context.ActorOf(Props.Create(() => new Echo()), "child");
                context.ActorOf(Props.Create(() => new Echo()), "chill");
                TestActor.Tell("made");
            })
        );
        ExpectMsg("made");
        IActorRef child = await Within(Sys.ActorSelection("/user/parent/child").ResolveOne(Soon));
        Assert.Equal("child", child.Path.Name);
        Assert.Equal(child, await Within(Sys.ActorSelection(child.Path).ResolveOne(Soon)));
        Assert.Equal(child, await Within(Sys.ActorSelection(child.Path.ToString()).ResolveOne(Soon)));
        Assert.Equal(child, await Within(Sys.ActorSelection(parent, "child").ResolveOne(Soon)));
        Assert.Equal(child, await Within(Sys.ActorSelection(parent, "../parent/child").ResolveOne(Soon)));
        await Assert.ThrowsAsync<ActorNotFoundException>(() =>
            Within(Sys.ActorSelection("/user/parent/other").ResolveOne(TimeSpan.FromSeconds(5)))
        );
    }

    [Fact]
    public void A_selection_with_wildcards_reaches_all_that_match()
    {
        IActorRef parent = APuppet("parent");
        parent.Tell(
            Do(context =>
            {
                foreach (string name in new[] { "child", "chill", "other" })
                    context.ActorOf(Props.Create(() => new Echo()), name);
                TestActor.Tell("made");
            })
        );
        ExpectMsg("made");
        Sys.ActorSelection("/user/parent/chi*").Tell("chi", TestActor);
        ExpectMsg("chi");
        ExpectMsg("chi");
        ExpectNoMsg(AWhile);
        Sys.ActorSelection("/user/*/?ther").Tell("ther", TestActor);
        ExpectMsg("ther");
        ExpectNoMsg(AWhile);
    }
}
