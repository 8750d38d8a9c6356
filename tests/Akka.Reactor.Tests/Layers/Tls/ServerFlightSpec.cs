using System;
using System.Linq;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class ServerFlightSpec
{
    private static readonly byte[] SupportedVersions = [0, 43, 0, 2, 3, 4];
    private static readonly byte[] PreSharedKey = [0, 41, 0, 2, 0, 0];
    private static readonly byte[] ChangeCipherSpec = [20, 3, 3, 0, 1, 1];
    private static readonly byte[] Certificate = Record([11, 0, 0, 3, 0, 0, 0]);
    private static readonly byte[] Ticket = Record([4, 0, 0, 2, 0, 0]);
    private static readonly byte[] RetryRandom = Convert.FromHexString(
        "CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C"
    );

    [Fact]
    public void TLS_13_resumes_with_a_pre_shared_key()
    {
        AssertResumed(true, [.. Record(Hello([.. SupportedVersions, .. PreSharedKey])), .. ChangeCipherSpec]);
        AssertResumed(false, [.. Record(Hello(SupportedVersions)), .. ChangeCipherSpec]);
    }

    [Fact]
    public void A_request_to_retry_is_not_the_answer()
    {
        byte[] retry = [.. Record(Hello(SupportedVersions, RetryRandom)), .. ChangeCipherSpec];

        AssertResumed(true, [.. retry, .. Record(Hello([.. PreSharedKey, .. SupportedVersions]))]);
        AssertResumed(false, [.. retry, .. Record(Hello(SupportedVersions))]);
    }

    [Fact]
    public void TLS_12_resumes_by_leaving_the_certificate_out()
    {
        byte[] hello = Record(Hello([]));

        AssertResumed(true, [.. hello, .. ChangeCipherSpec]);
        AssertResumed(true, [.. hello, .. Ticket, .. ChangeCipherSpec]);
        AssertResumed(false, [.. hello, .. Certificate, .. ChangeCipherSpec]);
        // Both messages in one record.
        AssertResumed(false, [.. Record([.. Hello([]), 11, 0, 0, 0]), .. ChangeCipherSpec]);
    }

    [Fact]
    public void What_cannot_be_read_counts_as_not_resumed()
    {
        AssertResumed(false, "220 ready\r\n"u8.ToArray());
        AssertResumed(false, [.. Record([2, 0, 0, 1, 3]), .. ChangeCipherSpec]);
        AssertResumed(false, [.. Record([2, 1, 0, 0, .. new byte[3000]]), .. ChangeCipherSpec]);
        AssertResumed(false, [21, 3, 3, 0, 2, 2, 40]);
        for (int seed = 0; seed < 200; seed++)
        {
            byte[] body = new byte[seed];
            new Random(seed).NextBytes(body);
            new ServerFlight().Observe(Record([2, 0, 0, (byte)seed, .. body]));
        }
    }

    private static void AssertResumed(bool expected, byte[] stream)
    {
        for (int split = 0; split <= stream.Length; split++)
        {
            var flight = new ServerFlight();
            flight.Observe(stream.AsSpan(0, split));
            flight.Observe(stream.AsSpan(split));
            Assert.Equal(expected, flight.Resumed);
        }
    }

    private static byte[] Record(byte[] payload) =>
        [22, 3, 3, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static byte[] Hello(byte[] extensions, byte[]? random = null)
    {
        byte[] sessionId = [.. Enumerable.Repeat((byte)9, 32)];
        byte[] body =
        [
            3,
            3,
            .. random ?? new byte[32],
            32,
            .. sessionId,
            0x13,
            0x01,
            0,
            0,
            (byte)extensions.Length,
            .. extensions,
        ];
        return [2, 0, 0, (byte)body.Length, .. body];
    }
}
