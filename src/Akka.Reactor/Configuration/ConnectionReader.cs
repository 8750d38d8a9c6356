namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>connection</c>: bounds and timeouts.</summary>
internal static class ConnectionReader
{
    internal static ConnectionOptions Read(IOptionReader reader, ConnectionOptions options)
    {
        int? highWater = options.HighWater == ConnectionOptions.Infinite ? null : options.HighWater;
        ConnectionOptions read = new()
        {
            MaxUnread = reader.Size("max-unread", options.MaxUnread, 1),
            HighWater =
                reader.OrWord("high-water", "infinite", highWater, (key, size, or) => reader.Size(key, size, 1, or))
                ?? ConnectionOptions.Infinite,
            LowWater = reader.Size("low-water", options.LowWater, 0),
            WriteQueueLimit = reader.Size("write-queue-limit", options.WriteQueueLimit, 1),
            IdleTimeout = reader.Duration("idle-timeout", options.IdleTimeout, TimeRange.OrInfinite),
            WriteStallTimeout = reader.Duration("write-stall-timeout", options.WriteStallTimeout, TimeRange.OrInfinite),
            LingerTimeout = reader.Duration("linger-timeout", options.LingerTimeout, TimeRange.Finite),
            Lifetime = reader.Duration("lifetime", options.Lifetime, TimeRange.OrInfinite),
            MinReceiveRate = reader.Size("min-receive-rate", options.MinReceiveRate, 0),
            MinSendRate = reader.Size("min-send-rate", options.MinSendRate, 0),
            RatePeriod = reader.Duration("rate-period", options.RatePeriod, TimeRange.Finite),
            ExemptFromMemoryLimit = reader.Flag("exempt-from-memory-limit", options.ExemptFromMemoryLimit),
            Socket = reader.Block("socket", options.Socket, SocketReader.Read),
        };
        CheckMarks(reader, read);
        return read;
    }

    private static void CheckMarks(IOptionReader reader, ConnectionOptions options)
    {
        if (options.HighWater == ConnectionOptions.Infinite)
        {
            if (options.LowWater > options.WriteQueueLimit)
            {
                throw reader.Error(
                    "low-water",
                    $"is {options.LowWater} bytes; it must be at most write-queue-limit ({options.WriteQueueLimit})"
                );
            }
        }
        else if (options.LowWater >= options.HighWater || options.HighWater > options.WriteQueueLimit)
        {
            throw reader.Error(
                "high-water",
                $"is {options.HighWater} bytes; it must be above low-water ({options.LowWater}) and at most write-queue-limit ({options.WriteQueueLimit}), or infinite"
            );
        }
    }
}
