using System;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpReaderSpec
{
    [Fact]
    public void Every_option_has_a_key()
    {
        (SmtpOptions read, string deliverTo, string? authenticator) = Read(
            """
            hostname = "mx.example.org"
            deliver-to = "/user/mail/inbox"
            authenticate-with = "/user/accounts"
            max-message-size = 10MiB
            spool-threshold = 1MiB
            spool-directory = "/var/spool/mx"
            spool-limit = 5GiB
            max-recipients = 7
            max-text-line-length = 2147483647
            error-limit = 3
            junk-command-limit = 4
            delivery-timeout = 5s
            command-timeout = 6s
            line-timeout = 7s
            data-timeout = 8s
            min-data-rate = 9B
            starttls = off
            require-tls = on
            require-auth = on
            auth-failure-limit = 2
            auth-timeout = 4s
            smtputf8 = off
            strict = on
            """
        );
        Assert.Equal("/user/mail/inbox", deliverTo);
        Assert.Equal("/user/accounts", authenticator);
        SmtpOptions expected = new()
        {
            HostName = "mx.example.org",
            MaxMessageSize = 10 * 1024 * 1024,
            SpoolThreshold = 1024 * 1024,
            SpoolDirectory = "/var/spool/mx",
            SpoolLimit = 5L * 1024 * 1024 * 1024,
            MaxRecipients = 7,
            MaxTextLineLength = int.MaxValue,
            ErrorLimit = 3,
            JunkCommandLimit = 4,
            DeliveryTimeout = TimeSpan.FromSeconds(5),
            CommandTimeout = TimeSpan.FromSeconds(6),
            LineTimeout = TimeSpan.FromSeconds(7),
            DataTimeout = TimeSpan.FromSeconds(8),
            MinDataRate = 9,
            StartTls = false,
            RequireTls = true,
            RequireAuth = true,
            AuthFailureLimit = 2,
            AuthTimeout = TimeSpan.FromSeconds(4),
            SmtpUtf8 = false,
            Strict = true,
        };
        Assert.Equal(expected, read);
    }

    [Fact]
    public void What_is_not_said_has_the_default_of_SmtpOptions() =>
        Assert.Equal(new SmtpOptions(), Read("deliver-to = \"/user/inbox\"").Options);

    [Theory]
    [InlineData("", "options.deliver-to: is missing")]
    [InlineData("deliver-to = inbox", "options.deliver-to: is inbox")]
    [InlineData("deliver-to = \"/user\"", "options.deliver-to: is /user;")]
    [InlineData("deliver-to = \"/user//inbox\"", "options.deliver-to: is /user//inbox;")]
    [InlineData("deliver-to = \"/user/inbox\", hostname = \"a b\"", "options.hostname: is a b;")]
    [InlineData("deliver-to = \"/user/inbox\", max-message-size = 10", "options.max-message-size: is 10;")]
    [InlineData("deliver-to = \"/user/inbox\", spool-threshold = 0B", "options.spool-threshold: is 0B;")]
    [InlineData("deliver-to = \"/user/inbox\", spool-limit = 0B", "options.spool-limit: is 0B;")]
    [InlineData("deliver-to = \"/user/inbox\", max-recipients = 0", "options.max-recipients: is 0;")]
    [InlineData("deliver-to = \"/user/inbox\", max-text-line-length = 1", "options.max-text-line-length: is 1;")]
    [InlineData("deliver-to = \"/user/inbox\", error-limit = none", "options.error-limit: is none;")]
    [InlineData("deliver-to = \"/user/inbox\", junk-command-limit = 0", "options.junk-command-limit: is 0;")]
    [InlineData("deliver-to = \"/user/inbox\", delivery-timeout = 5", "options.delivery-timeout: is 5;")]
    [InlineData("deliver-to = \"/user/inbox\", delivery-timeout = infinite", "options.delivery-timeout: is infinite;")]
    [InlineData("deliver-to = \"/user/inbox\", command-timeout = infinite", "options.command-timeout: is infinite;")]
    [InlineData("deliver-to = \"/user/inbox\", line-timeout = 25d", "options.line-timeout: is 25d;")]
    [InlineData("deliver-to = \"/user/inbox\", data-timeout = 0s", "options.data-timeout: is 0s;")]
    [InlineData("deliver-to = \"/user/inbox\", min-data-rate = 9", "options.min-data-rate: is 9;")]
    [InlineData("deliver-to = \"/user/inbox\", starttls = maybe", "options.starttls: is maybe;")]
    [InlineData("deliver-to = \"/user/inbox\", smtputf8 = 8", "options.smtputf8: is 8;")]
    [InlineData("deliver-to = \"/user/inbox\", require-tls = maybe", "options.require-tls: is maybe;")]
    [InlineData("deliver-to = \"/user/inbox\", authenticate-with = me", "options.authenticate-with: is me;")]
    [InlineData("deliver-to = \"/user/inbox\", require-auth = on", "options.require-auth: is on; it needs")]
    [InlineData("deliver-to = \"/user/inbox\", auth-failure-limit = 0", "options.auth-failure-limit: is 0;")]
    [InlineData("deliver-to = \"/user/inbox\", auth-timeout = infinite", "options.auth-timeout: is infinite;")]
    [InlineData("deliver-to = \"/user/inbox\", strict = very", "options.strict: is very;")]
    [InlineData("deliver-to = \"/user/inbox\", max-size = 1MiB", "options.max-size: is not a setting;")]
    public void A_wrong_value_is_named_with_its_path_and_what_is_allowed(string options, string start) =>
        Assert.StartsWith(
            start,
            Assert.Throws<ReactorConfigurationException>(() => Read(options)).Message,
            StringComparison.Ordinal
        );

    private static (SmtpOptions Options, string DeliverTo, string? Authenticator) Read(string options)
    {
        SettingsReader reader = SettingsReader.Of(
            ConfigurationFactory.ParseString($"options {{ {options} }}"),
            "options"
        );
        SmtpOptions read = SmtpReader.Read(reader, out string deliverTo, out string? authenticator);
        reader.RejectUnknown();
        return (read, deliverTo, authenticator);
    }
}
