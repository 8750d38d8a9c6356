namespace Akka.Reactor.Polling.Linux;

/// <summary>How large an engine's rings are. Counts are powers of two.</summary>
/// <param name="Submissions">Requests that are queued before they must be given to the kernel.</param>
/// <param name="Completions">Completions the kernel can post without keeping them aside.</param>
/// <param name="Buffers">Receive buffers at most; the memory of those never needed is never touched.</param>
/// <param name="BufferSize">Bytes of each.</param>
/// <param name="SendMemory">Bytes that can wait to be sent by the ring; what does not fit is sent at once.</param>
internal readonly record struct UringSizes(
    int Submissions,
    int Completions,
    int Buffers,
    int BufferSize,
    int SendMemory
)
{
    internal static readonly UringSizes Default = new(512, 8192, 1024, 16 * 1024, 1024 * 1024);
}
