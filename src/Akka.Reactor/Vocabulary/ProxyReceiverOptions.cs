using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Akka.Reactor;

/// <summary>
/// The options of the layer that receives the PROXY header of a listener's connections. They are the keys of the block
/// <c>proxy-protocol</c> of a listener, with the same names. Immutable and safe on every thread.
/// </summary>
public sealed record ProxyReceiverOptions
{
    /// <summary>The word for the peers of a unix socket.</summary>
    private const string Unix = "unix";

    private readonly IReadOnlyList<IPNetwork> _networks;
    private readonly bool _trustsUnix;

    /// <summary>Creates options with the defaults.</summary>
    /// <param name="trusted">
    /// The networks of the proxies: at least one. A network is written as <c>10.0.0.0/8</c> or <c>fd00::/8</c>, a single address
    /// without its length. <c>unix</c> stands for all peers of a unix socket, which the mode of its file chooses.
    /// </param>
    /// <exception cref="ArgumentException">There is none, or one is not a network.</exception>
    public ProxyReceiverOptions(params IReadOnlyList<string> trusted)
        : this(trusted, problem => new ArgumentException($"The list of trusted networks {problem}.", nameof(trusted)))
    { }

    internal ProxyReceiverOptions(IReadOnlyList<string> trusted, Func<string, Exception> error)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        if (trusted.Count == 0)
        {
            throw error(
                "is missing or empty; it must contain at least one network, such as \"10.0.0.0/8\", because anybody else could claim any address"
            );
        }

        Trusted = [.. trusted];
        _trustsUnix = Trusted.Contains(Unix, StringComparer.Ordinal);
        _networks =
        [
            .. Trusted
                .Where(text => !string.Equals(text, Unix, StringComparison.Ordinal))
                .Select(text =>
                    Parse(text)
                    ?? throw error(
                        $"contains {text}; it must contain networks without host bits, such as \"10.0.0.0/8\" or \"fd00::/8\", single addresses, or {Unix}"
                    )
                ),
        ];
    }

    /// <summary>
    /// The networks whose connections must begin with a PROXY header. A connection from elsewhere is refused, and its bytes are not
    /// read, because it has gone around the proxy.
    /// </summary>
    public IReadOnlyList<string> Trusted { get; }

    /// <summary>
    /// The time within which the whole header must arrive, from the accept on. Default 5 s. It can be infinite.
    /// </summary>
    public TimeSpan HeaderTimeout
    {
        get;
        init =>
            field =
                (value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue) || value == Timeout.InfiniteTimeSpan
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(value),
                        value,
                        "The timeout must be above 0 and at most 24.8 days, or infinite."
                    );
    } = TimeSpan.FromSeconds(5);

    /// <summary>Returns whether a peer may send a header.</summary>
    internal bool Trusts(EndPoint peer) =>
        peer is IPEndPoint { Address: var address }
            ? _networks.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
            : _trustsUnix && peer.AddressFamily == AddressFamily.Unix;

    // .NET also parses 10 as 0.0.0.10, and ignores host bits. A network of mapped addresses would contain no peer: the address of such
    // a peer is an IPv4 address here.
    private static IPNetwork? Parse(string? text)
    {
        string written = text?.Split('/')[0] ?? "";
        if (
            !IPAddress.TryParse(written, out IPAddress? address)
            || address.IsIPv4MappedToIPv6
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != written)
        )
        {
            return null;
        }

        return written == text ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
            : IPNetwork.TryParse(text, out IPNetwork network) && network.BaseAddress.Equals(address) ? network
            : null;
    }
}
