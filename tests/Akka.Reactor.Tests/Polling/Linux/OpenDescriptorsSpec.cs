using System.Collections.Generic;
using System.IO;
using Akka.Reactor.Polling.Linux;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Linux;

/// <summary>How many descriptors the process may still open.</summary>
[Collection(Alone.Name)]
public sealed class OpenDescriptorsSpec
{
    [LinuxTheory("the size of /proc/self/fd is their number")]
    [InlineData(50)]
    public void Each_open_descriptor_is_one_less(int count)
    {
        int before = OpenDescriptors.Free();
        Assert.True(before > 0, "Linux 6.2 or later says it.");
        List<FileStream> files = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                files.Add(File.OpenRead("/dev/null"));
            }

            // Other threads of the process open and close some, too.
            Assert.InRange(OpenDescriptors.Free(), before - count - 10, before - count + 10);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }
}
