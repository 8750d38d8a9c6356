namespace Akka.Reactor.Connections;

/// <summary>What a layer's write <see cref="Write.Carries"/>, where the write's memory is only lent. Any thread.</summary>
internal interface IWriteLender
{
    /// <summary>The memory is not used any more.</summary>
    void TakeBack();

    /// <summary>Whoever answers a write says this of it, once: if its memory was lent, that is not used any more.</summary>
    static void GiveBack(IWriteCommand command)
    {
        if (command is Write { Carries: IWriteLender lender })
        {
            lender.TakeBack();
        }
    }
}
