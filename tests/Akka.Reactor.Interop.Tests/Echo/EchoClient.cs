using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Sends random bytes and reads them back in small pieces, both at once.</summary>
internal static class EchoClient
{
    /// <summary>Returns whether what came back has the hash of what was sent.</summary>
    internal static async Task<bool> Exchange(
        IPEndPoint endPoint,
        string? certificate,
        int seed,
        long bytes,
        CancellationToken deadline
    )
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, deadline);
        await using NetworkStream plain = new(socket);
        if (certificate is null)
        {
            return await Exchange(plain, seed, bytes, deadline);
        }

        await using SslStream tls = new(
            plain,
            leaveInnerStreamOpen: true,
            (_, presented, _, _) => RawClient.Trusts(certificate, presented)
        );
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, deadline);
        return await Exchange(tls, seed, bytes, deadline);
    }

    private static async Task<bool> Exchange(Stream stream, int seed, long bytes, CancellationToken deadline)
    {
        byte[][] hashes = await Task.WhenAll(
            Send(stream, new Random(seed), bytes, deadline),
            Receive(stream, new Random(~seed), bytes, deadline)
        );
        return hashes[0].AsSpan().SequenceEqual(hashes[1]);
    }

    private static async Task<byte[]> Send(Stream stream, Random random, long left, CancellationToken deadline)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[32 * 1024];
        while (left > 0)
        {
            int count = (int)Math.Min(left, random.Next(1, buffer.Length + 1));
            random.NextBytes(buffer.AsSpan(0, count));
            hash.AppendData(buffer, 0, count);
            await stream.WriteAsync(buffer.AsMemory(0, count), deadline);
            left -= count;
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> Receive(Stream stream, Random random, long left, CancellationToken deadline)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[4 * 1024];
        while (left > 0)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(0, random.Next(1024, buffer.Length + 1)), deadline);
            if (count == 0)
            {
                throw new EndOfStreamException($"The echo ended with {left} bytes to come.");
            }

            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        return hash.GetHashAndReset();
    }
}
