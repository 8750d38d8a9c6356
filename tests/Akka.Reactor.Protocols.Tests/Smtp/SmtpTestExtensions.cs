using System.IO;
using System.Text;

namespace Akka.Reactor.Protocols.Tests;

internal static class SmtpTestExtensions
{
    /// <summary>The content, one char per octet.</summary>
    public static string Text(this SmtpMessage message) => Encoding.Latin1.GetString(message.Content.ToArray());

    public static byte[] ToArray(this SmtpContent content)
    {
        using Stream stream = content.OpenRead();
        byte[] octets = new byte[content.Length];
        stream.ReadExactly(octets);
        Xunit.Assert.Equal(-1, stream.ReadByte());
        return octets;
    }
}
