using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>Reports to a client's protocol that an attempt to connect begins.</summary>
/// <param name="Attempt">
/// The number of the attempt, counted from 1. Counting starts again at 1 after a connection that lasted at least
/// <see cref="ReconnectOptions.ResetAfter"/>, or that ended because the application asked for its end. After a shorter connection
/// the count continues.
/// </param>
/// <param name="EndPoint">The end point as configured.</param>
public sealed record Connecting(int Attempt, string EndPoint) : INoSerializationVerificationNeeded;

/// <summary>Reports to a client's protocol that an attempt has failed, or that the connection is lost.</summary>
/// <param name="Cause">The reason. Its type names what happened.</param>
/// <param name="RetryIn">The time until the next attempt begins. Null: no attempt begins before <see cref="Reconnect"/>.</param>
public sealed record Disconnected(ReactorException Cause, TimeSpan? RetryIn) : INoSerializationVerificationNeeded;

/// <summary>Reports to a client's protocol that there will be no further attempt. The protocol stops.</summary>
/// <param name="Cause">The last failure.</param>
public sealed record GaveUp(ReactorException Cause) : INoSerializationVerificationNeeded;
