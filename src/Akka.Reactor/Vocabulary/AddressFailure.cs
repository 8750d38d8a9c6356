using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor;

/// <summary>Why one address of an end point could not be connected.</summary>
/// <param name="Address">What the name resolved to.</param>
/// <param name="Cause">Its type says what happened.</param>
public sealed record AddressFailure(EndPoint Address, ReactorException Cause)
{
    /// <summary>All addresses and their reasons, for a message.</summary>
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

        return $"{endPoint}: no address could be connected: {string.Join("; ", lines)}.";
    }
}
