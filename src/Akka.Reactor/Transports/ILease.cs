namespace Akka.Reactor.Transports;

/// <summary>
/// The object that a layer's write carries (<see cref="Write.Carries"/>) when the write's memory is only lent. Can be used on any
/// thread.
/// </summary>
internal interface ILease
{
    /// <summary>Reports that the memory is not used any more.</summary>
    void Release();

    /// <summary>
    /// Reports that the memory of a write is not used any more, if it was lent. Called once, by the code that answers the write.
    /// </summary>
    static void Release(IWriteCommand command)
    {
        if (command is Write { Carries: ILease lease })
        {
            lease.Release();
        }
    }
}
