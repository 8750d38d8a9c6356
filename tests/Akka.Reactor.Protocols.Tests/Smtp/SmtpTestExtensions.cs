using System.Buffers;
using System.Text;

namespace Akka.Reactor.Protocols.Tests;

internal static class SmtpTestExtensions
{
    /// <summary>The content, one char per octet.</summary>
    public static string Text(this SmtpMessage message) => Encoding.Latin1.GetString(message.Content.ToArray());
}
