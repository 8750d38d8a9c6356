using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A message in a Maildir: the two fields the receiver put before it, and the octets that came.</summary>
internal sealed record StoredMail(string ReturnPath, string Received, byte[] Content)
{
    /// <summary>What <c>Received</c> says the message is for.</summary>
    internal string Recipient => Received.Split(" for <")[1].Split('>')[0];

    internal static IReadOnlyList<StoredMail> ReadAll(string maildir) => Files(maildir, "new").Select(Read).ToArray();

    /// <summary>What is in a folder of the Maildir; nothing when there is none.</summary>
    internal static string[] Files(string maildir, string folder)
    {
        string path = Path.Combine(maildir, folder);
        return Directory.Exists(path) ? Directory.GetFiles(path) : [];
    }

    private static StoredMail Read(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        string returnPath = TakeLine(ref bytes);
        string received = TakeLine(ref bytes);
        return new StoredMail(returnPath, received, bytes.ToArray());
    }

    private static string TakeLine(ref ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf("\r\n"u8);
        string line = Encoding.ASCII.GetString(bytes[..end]);
        bytes = bytes[(end + 2)..];
        return line;
    }
}
