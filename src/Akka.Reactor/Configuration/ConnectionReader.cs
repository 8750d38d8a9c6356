namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>connection</c>: bounds and timeouts.</summary>
internal static class ConnectionReader
{
    internal static ConnectionOptions Read(SettingsReader reader, ConnectionOptions defaults)
    {
        ConnectionOptions options = new()
        {
            MaxUnread = reader.Size("max-unread", defaults.MaxUnread, OptionRules.LeastMaxUnread),
            HighWater = reader.SizeOrInfinite("high-water", defaults.HighWater, OptionRules.LeastHighWater),
            LowWater = reader.Size("low-water", defaults.LowWater, OptionRules.LeastLowWater),
            WriteQueueLimit = reader.Size("write-queue-limit", defaults.WriteQueueLimit, OptionRules.LeastLimit),
            IdleTimeout = reader.Duration("idle-timeout", defaults.IdleTimeout),
            WriteStallTimeout = reader.Duration("write-stall-timeout", defaults.WriteStallTimeout),
            LingerTimeout = reader.Duration("linger-timeout", defaults.LingerTimeout, infinite: false),
            Lifetime = reader.Duration("lifetime", defaults.Lifetime),
            MinReceiveRate = reader.Size("min-receive-rate", defaults.MinReceiveRate, OptionRules.LeastRate),
            MinSendRate = reader.Size("min-send-rate", defaults.MinSendRate, OptionRules.LeastRate),
            RatePeriod = reader.Duration("rate-period", defaults.RatePeriod, infinite: false),
            ExemptFromMemoryLimit = reader.Flag("exempt-from-memory-limit", defaults.ExemptFromMemoryLimit),
            Socket = SocketReader.Read(reader.Section("socket"), defaults.Socket),
        };

        // Checks the rules that involve more than one value.
        OptionRules.Check(options, (key, problem) => reader.Error(key, problem));
        return options;
    }
}
