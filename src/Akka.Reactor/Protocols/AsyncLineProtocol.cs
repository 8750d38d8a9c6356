using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Protocols;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol of lines whose handler awaits: a <see cref="LineProtocol"/> with the promises of
/// <see cref="AsyncProtocolActor"/>. Each line ends with LF; a CR before the LF is dropped.
/// </summary>
public abstract class AsyncLineProtocol : AsyncProtocolActor
{
    /// <inheritdoc cref="LineProtocol.MaxLineLength"/>
    protected virtual int MaxLineLength => 8192;

    /// <summary>Called with each line, without its end, and not again before its task has ended.</summary>
    /// <param name="line">The line; valid until the task has ended.</param>
    /// <param name="ended">Cancelled when the connection has ended.</param>
    protected abstract ValueTask OnLineAsync(ReadOnlySequence<byte> line, CancellationToken ended);

    /// <inheritdoc cref="LineProtocol.OnLineTooLong"/>
    protected virtual void OnLineTooLong(PeerViolationException violation) => Abort(violation);

    /// <inheritdoc/>
    protected sealed override ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended)
    {
        if (
            LineReader.TryTake(
                data,
                MaxLineLength,
                out ReadOnlySequence<byte> line,
                out long used,
                out PeerViolationException? violation
            )
        )
        {
            return UsedAfter(OnLineAsync(line, ended), used);
        }

        if (violation is not null)
        {
            OnLineTooLong(violation);
        }

        return new ValueTask<long>(used);
    }
}
