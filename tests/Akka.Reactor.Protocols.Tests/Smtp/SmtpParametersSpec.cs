using System;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpParametersSpec
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData(" ", null, null)]
    [InlineData(" SIZE=0", 0ul, null)]
    [InlineData(" size=12345", 12345ul, null)]
    [InlineData(" SIZE=00000000000000000001", 1ul, null)]
    [InlineData(" SIZE=18446744073709551615", ulong.MaxValue, null)]
    [InlineData(" SIZE=99999999999999999999", ulong.MaxValue, null)]
    [InlineData(" BODY=7BIT", null, SmtpBody.SevenBit)]
    [InlineData(" body=8bitmime", null, SmtpBody.EightBitMime)]
    [InlineData(" BODY=8BITMIME SIZE=1", 1ul, SmtpBody.EightBitMime)]
    [InlineData("  SIZE=1   BODY=7BIT", 1ul, SmtpBody.SevenBit)]
    public void Parameters_are_read(string text, ulong? size, SmtpBody? body)
    {
        Assert.Equal(SmtpParametersVerdict.Ok, Read(text, out SmtpParameters parameters));
        Assert.Equal(size, parameters.Size);
        Assert.Equal(body, parameters.Body);
    }

    [Theory]
    [InlineData("SIZE=1")]
    [InlineData(" SIZE")]
    [InlineData(" SIZE=")]
    [InlineData(" SIZE=-1")]
    [InlineData(" SIZE=1x")]
    [InlineData(" SIZE=000000000000000000001")]
    [InlineData(" SIZE=1 SIZE=1")]
    [InlineData(" BODY")]
    [InlineData(" BODY=")]
    [InlineData(" BODY=BINARYMIME")]
    [InlineData(" BODY=7BIT BODY=7BIT")]
    [InlineData(" SMTPUTF8=1")]
    [InlineData(" SMTPUTF8 SMTPUTF8")]
    [InlineData(" =x")]
    [InlineData(" -X=1")]
    [InlineData(" X_Y=1")]
    [InlineData(" X=")]
    [InlineData(" X=a=b")]
    [InlineData(" X=\u00e9")]
    [InlineData(" UNKNOWN=1 SIZE=x")]
    public void Bad_syntax_is_told(string text)
    {
        Assert.Equal(SmtpParametersVerdict.BadSyntax, Read(text, out _));
    }

    [Theory]
    [InlineData(" AUTH=<>", true)]
    [InlineData(" auth=e+3Dmc2@example.com SIZE=1", true)]
    [InlineData(" AUTH=", false)]
    [InlineData(" AUTH", false)]
    [InlineData(" AUTH=a+3", false)]
    [InlineData(" AUTH=a+", false)]
    [InlineData(" AUTH=a+3d", false)]
    [InlineData(" AUTH=a+3D+", false)]
    [InlineData(" AUTH=a AUTH=a", false)]
    public void The_author_is_a_parameter_where_AUTH_is_offered(string text, bool valid) =>
        Assert.Equal(
            valid ? SmtpParametersVerdict.Ok : SmtpParametersVerdict.BadSyntax,
            SmtpParameters.Read(Encoding.ASCII.GetBytes(text), ofMail: true, offersUtf8: true, offersAuth: true, out _)
        );

    [Theory]
    [InlineData(" AUTH=<>")]
    [InlineData(" RET=HDRS ENVID=x")]
    [InlineData(" X-1=1")]
    [InlineData(" SIZE=1 FOO=bar")]
    public void Parameters_of_extensions_not_offered_are_told(string text)
    {
        Assert.Equal(SmtpParametersVerdict.NotRecognized, Read(text, out _));
    }

    [Theory]
    [InlineData(" SIZE=1000", "250 2.1.0")]
    [InlineData(" SIZE=1001", "552 5.3.4")]
    [InlineData(" SIZE=99999999999999999999", "552 5.3.4")]
    [InlineData(" SIZE=x", "501 5.5.4")]
    [InlineData(" FOO=bar", "555 5.5.4")]
    public void MAIL_answers_for_its_parameters(string parameters, string reply)
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { MaxMessageSize = 1000 }).Greeted();
        Assert.StartsWith(reply, dialogue.Say($"MAIL FROM:<a@b>{parameters}\r\n"), StringComparison.Ordinal);
        bool opened = reply.StartsWith("250", StringComparison.Ordinal);
        Assert.StartsWith(
            opened ? "250 2.1.5" : "503 5.5.1",
            dialogue.Say("RCPT TO:<c@d>\r\n"),
            StringComparison.Ordinal
        );
    }

    private static SmtpParametersVerdict Read(string text, out SmtpParameters parameters) =>
        SmtpParameters.Read(
            Encoding.Latin1.GetBytes(text),
            ofMail: true,
            offersUtf8: true,
            offersAuth: false,
            out parameters
        );
}
