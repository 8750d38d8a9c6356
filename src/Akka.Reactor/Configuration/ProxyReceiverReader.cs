namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>proxy-protocol</c>: how a listener receives PROXY headers.</summary>
internal static class ProxyReceiverReader
{
    private const string Trusted = "trusted";

    private static readonly ProxyReceiverOptions s_fallback = new("127.0.0.1");

    internal static ProxyReceiverOptions Read(SettingsReader reader) =>
        new(reader.TextOrTexts(Trusted), problem => reader.Error(Trusted, problem))
        {
            HeaderTimeout = reader.Duration("header-timeout", s_fallback.HeaderTimeout),
        };
}
