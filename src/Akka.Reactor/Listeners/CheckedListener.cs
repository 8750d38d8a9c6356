using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Listeners;

/// <summary>
/// A listener whose options and end point are checked. The configuration's defaults replace the options if none were given. The
/// manager also accepts this record as a message, with the same answer as to a <see cref="Bind"/>.
/// </summary>
/// <param name="Bind">The request as given.</param>
/// <param name="EndPoint">The parsed end point.</param>
/// <param name="Addresses">The addresses of the end point: two for <c>localhost</c>, otherwise one.</param>
/// <param name="Options">The options of the listener, or the configuration's defaults.</param>
internal sealed record CheckedListener(
    Bind Bind,
    ReactorEndPoint EndPoint,
    IReadOnlyList<EndPoint> Addresses,
    ListenerOptions Options
) : INoSerializationVerificationNeeded;
