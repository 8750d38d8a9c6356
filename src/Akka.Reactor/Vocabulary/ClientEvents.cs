using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>To a client's protocol: an attempt to connect begins.</summary>
/// <param name="Attempt">
/// Counts from 1, and again from 1 after a connection that lasted <see cref="ReconnectOptions.ResetAfter"/>, or ended because
/// somebody asked for it. The attempts behind shorter connections are counted on.
/// </param>
/// <param name="EndPoint">As configured.</param>
public sealed record Connecting(int Attempt, string EndPoint) : INoSerializationVerificationNeeded;

/// <summary>To a client's protocol: an attempt has failed, or the connection is lost.</summary>
/// <param name="Cause">Why; its type says what happened.</param>
/// <param name="RetryIn">When the next attempt begins; null: not before <see cref="Reconnect"/>.</param>
public sealed record Disconnected(ReactorException Cause, TimeSpan? RetryIn) : INoSerializationVerificationNeeded;

/// <summary>To a client's protocol: there will be no other attempt, and the protocol stops.</summary>
/// <param name="Cause">The last failure.</param>
public sealed record GaveUp(ReactorException Cause) : INoSerializationVerificationNeeded;
