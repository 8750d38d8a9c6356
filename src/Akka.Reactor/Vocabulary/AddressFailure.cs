using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor;

/// <summary>The reason why one address of an end point could not be connected.</summary>
/// <param name="Address">The address that was tried; the name of the end point resolved to it.</param>
/// <param name="Cause">The failure. Its type names what happened.</param>
public sealed record AddressFailure(EndPoint Address, ReactorException Cause)
{
    /// <summary>Returns all addresses and their reasons, as the text of a message.</summary>
    internal static string Describe(string endPoint, IReadOnlyList<AddressFailure> failures)
    {
        List<string> lines = [];
        foreach (AddressFailure failure in failures)
        {
            lines.Add(
                failure.Cause switch
                {
                    ConnectException connect => connect.What,
                    ConnectTimeoutException timeout => $"{failure.Address} did not answer in time",
                    var other => $"{failure.Address}: {other.Message}",
                }
            );
        }

        return $"{endPoint}: could not connect to any address: {string.Join("; ", lines)}.";
    }
}
