using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class HostProgramSpec
{
    [Fact]
    public async Task Without_arguments_it_runs_the_configuration_beside_it()
    {
        using TempFolder folder = new();
        string program = Deploy(folder.Path);
        await using HostProcess host = await HostProcess.StartProgram(program);

        string[] words = [.. host.Output.Where(line => !line.Contains("INFO", StringComparison.Ordinal))];
        Assert.Matches(@"^smtp +127\.0\.0\.1:\d+  STARTTLS$", words[0]);
        Assert.Matches(@"^echo +127\.0\.0\.1:\d+$", words[1]);
        Assert.Matches(@"^echo-tls +127\.0\.0\.1:\d+  TLS$", words[2]);
        Assert.EndsWith(folder.Combine("data"), words[3], StringComparison.Ordinal);
        Assert.Equal($"READY {host.Id}", words[4]);
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode mode = File.GetUnixFileMode(folder.Combine("data/server.key"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }

        using RawClient client = await RawClient.Connect(host.EndPoint("smtp"));
        await client.ReadReply();
        await client.Send("EHLO t\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhello\r\n.\r\nQUIT\r\n");
        Assert.Contains("250 2.0.0 Ok: stored\r\n", await client.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(
            "hello\r\n"u8.ToArray(),
            Assert.Single(StoredMail.ReadAll(folder.Combine("data/maildir"))).Content
        );

        host.Signal(HostProcess.Terminate);
        Assert.Equal(0, await host.WaitForExit());
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task SIGHUP_loads_the_certificates_again_and_ends_nothing()
    {
        using TempFolder folder = new();
        await using HostProcess host = await HostProcess.StartProgram(Deploy(folder.Path));
        using RawClient client = await RawClient.Connect(host.EndPoint("echo"));
        host.Signal(HostProcess.HangUp);
        await host.WaitForLine("INFO", "SIGHUP: loading the certificates again");
        await host.WaitForLine("INFO", "was loaded again; it is valid until");
        await client.Send("still here");
        host.Signal(HostProcess.Terminate);
        Assert.Equal(0, await host.WaitForExit());
    }

    [Fact]
    public async Task A_second_start_keeps_the_certificate()
    {
        using TempFolder folder = new();
        string program = Deploy(folder.Path);
        await using (await HostProcess.StartProgram(program)) { }

        byte[] first = await File.ReadAllBytesAsync(folder.Combine("data/server.pem"));
        await using (await HostProcess.StartProgram(program)) { }

        Assert.Equal(first, await File.ReadAllBytesAsync(folder.Combine("data/server.pem")));
    }

    [Fact]
    public async Task Help_explains_the_forms_the_signals_and_the_exit_codes()
    {
        (int exitCode, string output, _) = await HostProcess.Run("--help");
        Assert.Equal(0, exitCode);
        string[] topics = ["echo|discard|smtp", "reactor.conf", "READY <pid>", "SIGTERM", "exits with 2", "--config"];
        Assert.All(topics, topic => Assert.Contains(topic, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_tells_its_version()
    {
        (int exitCode, string output, _) = await HostProcess.Run("--version");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("discard")]
    [InlineData("smtp")]
    [InlineData("relay")]
    public async Task Help_explains_every_option_of_a_form(string form)
    {
        (int exitCode, string output, string errors) = await HostProcess.Run(form, "--help");
        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        string[] options =
        [
            "--listen",
            "--tls",
            "--engine",
            "--selectors",
            "--idle-timeout",
            "--handshake-timeout",
            "--max-connections",
            "--config",
        ];
        Assert.All(options, option => Assert.Contains(option, output, StringComparison.Ordinal));
        Assert.Equal(form is "smtp", output.Contains("--starttls", StringComparison.Ordinal));
        Assert.Equal(form is "smtp", output.Contains("--maildir", StringComparison.Ordinal));
        string[] relays = ["--connect", "--proxy ", "--proxy-protocol", "--tap"];
        Assert.All(relays, option => Assert.Equal(form is "relay", output.Contains(option, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("echo", "--listen", "nowhere", "--listen is nowhere; it must be HOST:PORT")]
    [InlineData("echo", "--listen", "127.0.0.1:70000", "--listen is 127.0.0.1:70000; it must be HOST:PORT")]
    [InlineData("echo", "--engine", "warp", "--engine is warp; it must be one of auto, epoll")]
    [InlineData("echo", "--selectors", "0", "--selectors is 0; it must be a whole number from 1")]
    [InlineData("echo", "--idle-timeout", "5", "--idle-timeout is 5; it must be a duration")]
    [InlineData("echo", "--handshake-timeout", "soon", "--handshake-timeout is soon; it must be a duration")]
    [InlineData("echo", "--max-connections", "many", "--max-connections is many; it must be a whole number")]
    [InlineData("echo", "--maildir", "/tmp", "Unrecognized command or argument '--maildir'")]
    [InlineData("echo", "--tls", "only.pem", "--tls needs two files")]
    [InlineData("echo", "--config", "/no/such.conf", "cannot read the configuration /no/such.conf")]
    [InlineData("fly", "--fast", "now", "Unrecognized command or argument")]
    public async Task A_bad_option_is_one_clear_line_and_exit_code_2(
        string form,
        string option,
        string value,
        string problem
    )
    {
        string[] listen = option is "--listen" ? [] : ["--listen", "127.0.0.1:0"];
        (int exitCode, _, string errors) = await HostProcess.Run([form, .. listen, option, value]);
        Assert.Equal(2, exitCode);
        Assert.StartsWith("ReactorHost: ", errors, StringComparison.Ordinal);
        Assert.Contains(problem, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Theory]
    [InlineData("--tls")]
    [InlineData("--starttls")]
    public async Task An_unreadable_certificate_is_one_clear_line_and_exit_code_2(string option)
    {
        using TempFolder folder = new();
        string missing = folder.Combine("none.pem");
        (int exitCode, _, string errors) = await HostProcess.Run(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            option,
            missing,
            folder.Key
        );
        Assert.Equal(2, exitCode);
        Assert.Equal($"ReactorHost: {option}: Cannot use {missing}: the file does not exist.", errors);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line_and_exit_code_2()
    {
        using Socket taken = new(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string address = $"127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}";
        (int exitCode, string output, string errors) = await HostProcess.Run("echo", "--listen", address);
        Assert.Equal(2, exitCode);
        Assert.Equal($"ReactorHost: Cannot listen on tcp://{address} (listener echo): Address already in use.", errors);
        Assert.DoesNotContain("READY", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_goes_behind_the_options()
    {
        using TempFolder folder = new();
        string file = folder.Combine("my.conf");
        await File.WriteAllTextAsync(
            file,
            """
            akka.reactor.listeners {
              echo { bind = "tcp://127.0.0.1:1", connection.idle-timeout = 1s }
              sink { bind = "tcp://127.0.0.1:0", protocol = "Akka.Reactor.Protocols.DiscardProtocol, Akka.Reactor.Protocols" }
            }
            """
        );
        await using HostProcess host = await HostProcess.Start("echo", "--listen", "127.0.0.1:0", "--config", file);
        Assert.NotEqual(1, host.EndPoint("echo").Port);
        Assert.NotEqual(0, host.EndPoint("sink").Port);
        using RawClient client = await RawClient.Connect(host.EndPoint("echo"));
        await host.WaitForLine(client.Name, "closed", "TimedOut");
    }

    [Theory]
    [InlineData(HostProcess.Terminate)]
    [InlineData(HostProcess.Interrupt)]
    public async Task A_signal_drains_and_ends_with_0(int signal)
    {
        using TempFolder folder = new();
        await using HostProcess host = await HostProcess.Start(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--maildir",
            folder.Maildir
        );
        using RawClient idle = await RawClient.Connect(host.EndPoint("smtp"));
        await idle.ReadReply();
        host.Signal(signal);
        Assert.StartsWith("421 4.3.2", await idle.ReadToEnd(), StringComparison.Ordinal);
        idle.Dispose();
        Assert.Equal(0, await host.WaitForExit());
        await Assert.ThrowsAsync<SocketException>(() => RawClient.Connect(host.EndPoint("smtp")));
    }

    [Theory]
    [InlineData(HostProcess.Terminate, 143)]
    [InlineData(HostProcess.Interrupt, 130)]
    public async Task A_second_signal_ends_it_at_once(int signal, int exitCode)
    {
        await using HostProcess host = await HostProcess.Start("echo", "--listen", "127.0.0.1:0");
        using RawClient stubborn = await RawClient.Connect(host.EndPoint("echo"));
        await stubborn.Send("x");
        await stubborn.ReadUntil("x");
        host.Signal(signal);

        // The connection is not closed from this side, so draining has to wait for it.
        await host.WaitForLine("draining");
        host.Signal(signal);
        Assert.Equal(exitCode, await host.WaitForExit());
    }

    /// <summary>Copies the program as a user would deploy it, with ports that the system chooses.</summary>
    private static string Deploy(string folder)
    {
        string source = AppContext.BaseDirectory;
        foreach (string file in Directory.GetFiles(source, "*.dll").Concat(Directory.GetFiles(source, "ReactorHost.*")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        string configuration = File.ReadAllText(Path.Combine(source, "reactor.conf"));
        foreach (string port in (string[])["2525", "7000", "7443"])
        {
            configuration = configuration.Replace($":{port}\"", ":0\"", StringComparison.Ordinal);
        }

        File.WriteAllText(Path.Combine(folder, "reactor.conf"), configuration);
        return Path.Combine(folder, "ReactorHost.dll");
    }
}
