namespace Akka.Reactor.Polling.Linux;

/// <summary>The sizes of an engine's rings. All counts are powers of two.</summary>
/// <param name="Submissions">The number of requests that can be queued before they must be given to the kernel.</param>
/// <param name="Completions">The number of completions that the kernel can post before it has to keep further ones aside.</param>
/// <param name="Buffers">
/// The highest number of receive buffers. The memory of buffers that are never needed is never touched.
/// </param>
/// <param name="BufferSize">The size of each buffer in bytes.</param>
/// <param name="SendMemory">
/// The number of bytes that can wait to be sent by the ring. A send that does not fit is made directly, by system call.
/// </param>
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
