using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Reactor.ThirdParty.Tests.Guestbook;

/// <summary>A resolver that knows the names of its options and no others: <c>hosts { "a.test" = ["192.0.2.1"] }</c>.</summary>
public sealed class HostsResolver(IReadOnlyDictionary<string, IPAddress[]> hosts)
    : INameResolver,
        IConfigured<INameResolver>
{
    public static INameResolver FromConfiguration(SettingsReader options, ActorSystem system)
    {
        SettingsReader hosts = options.Section("hosts");
        return new HostsResolver(
            hosts.Keys.ToDictionary(name => name, name => Addresses(hosts, name), StringComparer.OrdinalIgnoreCase)
        );
    }

    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
        hosts.TryGetValue(host, out IPAddress[]? addresses)
            ? Task.FromResult<IReadOnlyList<IPAddress>>(addresses)
            : throw new DnsException(host, "it is not among the configured hosts");

    private static IPAddress[] Addresses(SettingsReader hosts, string name) =>
        [
            .. hosts
                .TextOrTexts(name)
                .Select(text =>
                    IPAddress.TryParse(text, out IPAddress? address)
                        ? address
                        : throw hosts.Error(name, $"is {text}; it must be an IP address, or a list of them")
                ),
        ];
}
