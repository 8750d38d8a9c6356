namespace Akka.Reactor.Transports;

/// <summary>What a layer's write <see cref="Write.Carries"/>, where the write's memory is only lent. Any thread.</summary>
internal interface ILease
{
    /// <summary>The memory is not used any more.</summary>
    void Release();

    /// <summary>Whoever answers a write says this of it, once: if its memory was lent, that is not used any more.</summary>
    static void Release(IWriteCommand command)
    {
        if (command is Write { Carries: ILease lease })
        {
            lease.Release();
        }
    }
}
