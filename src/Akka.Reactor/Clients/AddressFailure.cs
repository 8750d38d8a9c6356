using System.Net;

namespace Akka.Reactor;

/// <summary>Why one address of an end point could not be connected.</summary>
/// <param name="Address">What the name resolved to.</param>
/// <param name="Cause">Its type says what happened.</param>
public sealed record AddressFailure(EndPoint Address, ReactorException Cause);
