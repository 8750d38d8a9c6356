using System.Collections.Generic;
using Akka.Reactor.Polling.Posix;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

public sealed class DescriptorSetSpec
{
    [Fact]
    public void A_set_knows_its_members()
    {
        DescriptorSet set = default;
        Assert.Equal(-1, set.Highest());
        Assert.Equal(-1, set.Next(0));
        int[] members = [0, 1, 63, 64, 127, 500, 1023];
        foreach (int member in members)
        {
            set.Add(member);
        }

        List<int> found = [];
        for (int member = set.Next(0); member >= 0; member = set.Next(member + 1))
        {
            Assert.True(set.Contains(member));
            found.Add(member);
        }

        Assert.Equal(members, found);
        Assert.Equal(members.Length, set.Count());
        Assert.Equal(1023, set.Highest());
        set.Remove(1023);
        Assert.Equal(500, set.Highest());
        Assert.False(set.Contains(1023));
        Assert.Equal(-1, set.Next(501));
        Assert.Equal(-1, set.Next(1024));
        DescriptorSet other = default;
        other.Add(7);
        Assert.Equal(7, set.With(other).Count());
        unsafe
        {
            Assert.Equal(128, sizeof(DescriptorSet));
        }
    }
}
