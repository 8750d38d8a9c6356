namespace Akka.Configuration;

/// <summary>Forms that accept a null configuration.</summary>
public static class ConfigExtensions
{
    /// <summary>The configuration with the fallback behind it, or the fallback alone when there is none.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback)
    {
        if (config is null)
            return fallback;
        return ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);
    }

    /// <summary>Whether there is no configuration, or one without a key.</summary>
    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;
}
