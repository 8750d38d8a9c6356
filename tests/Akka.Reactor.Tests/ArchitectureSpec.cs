using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests;

/// <summary>Holds the tree to its rules: what may name what, what is public, how long a file may be.</summary>
public sealed partial class ArchitectureSpec
{
    // Data flows one way down: a folder names types of its own height and below only. Files at the root and in
    // Configuration put everything together, and nobody below names them. The vocabulary is that of transports and of all above.
    private static readonly Dictionary<string, int> Heights = new(StringComparer.Ordinal)
    {
        ["Diagnostics"] = 0,
        ["Buffers"] = 1,
        ["Polling"] = 2,
        ["EventLoop"] = 3,
        ["Selectors"] = 4,
        ["Transports"] = 5,
        ["Vocabulary"] = 5,
        ["Certificates"] = 5,
        ["Layers"] = 6,
        ["Protocols"] = 7,
        ["Listeners"] = 8,
        ["Clients"] = 8,
        ["Configuration"] = 9,
        [""] = 10,
    };

    // What every failure is and its class, what sockets are made with, and what the options for connecting consist of.
    private static readonly string[] MayBeNamedByAll =
    [
        "ReactorException",
        "FailureClass",
        "SocketOptions",
        "KeepAliveOptions",
        "KeepAliveWhen",
        "Proxy",
    ];

    // Public types that stand beside what they are made of: base classes, the layers that we offer, and the reader for settings of
    // one's own.
    private static readonly string[] PublicAmongInternals =
    [
        "ProtocolActor",
        "LineProtocol",
        "FrameProtocol",
        "Framing",
        "AsyncProtocolActor",
        "AsyncLineProtocol",
        "AsyncFrameProtocol",
        "LayerActor",
        "HandshakeLayer",
        "Tls",
        "Proxy",
        "ProxyProtocol",
        "SettingsReader",
        "IConfigured",
    ];

    // Classes that are longer than a sitting, with the reason.
    private static readonly Dictionary<string, string> MayBeLong = new(StringComparer.Ordinal)
    {
        ["Polling/Linux/UringEngine"] =
            "One ring, with one set of fields: requests, completions and the calls of the seam.",
    };

    private const int MostLinesOfCode = 450;
    private const int MostLinesOfFile = 550;

    // Pure parts that keep refs, as tokens only: they send nothing.
    private static readonly string[] PureFilesWithRefs =
    [
        "DeliveryLog.cs",
        "OutboundPace.cs",
        "Outbox.cs",
        "PendingWrite.cs",
        "RefusalGate.cs",
        "SourceLine.cs",
        "TransportCore.cs",
    ];

    private static readonly string[] PureFiles =
    [
        "ClientHelloReader.cs",
        "ClientMachine.cs",
        "CloseMachine.cs",
        "DialPlan.cs",
        "EndOrder.cs",
        "HandshakeSlots.cs",
        "InboundOffer.cs",
        "IncomingSwap.cs",
        "LineReader.cs",
        "FrameCut.cs",
        "LengthFieldFraming.cs",
        "VarintFraming.cs",
        "NetstringFraming.cs",
        "TerminatorFraming.cs",
        "CountFraming.cs",
        "RawFraming.cs",
        "TlsCredit.cs",
        "OutgoingSwap.cs",
        "ReconnectPlan.cs",
        "ProxyHandshake.cs",
        "Socks5Handshake.cs",
        "HttpConnectHandshake.cs",
        "ProxyProtocolHeader.cs",
        "ProxyHeaderReader.cs",
        "ProxyHeaderText.cs",
        "ProxyHeaderBinary.cs",
        "ProxyTarget.cs",
    ];

    [Fact]
    public void A_folder_names_no_type_of_a_higher_one()
    {
        SourceFile[] files = [.. Sources("Akka.Reactor")];
        Assert.All(
            files,
            file => Assert.True(Heights.ContainsKey(file.Folder), $"{file} is in a folder without a height.")
        );
        ILookup<string, SourceFile> declarations = files
            .SelectMany(file => file.Declared.Select(name => (name, file)))
            .ToLookup(pair => pair.name, pair => pair.file, StringComparer.Ordinal);
        List<string> violations = [];
        foreach (SourceFile file in files)
        {
            foreach (string name in file.Named)
            {
                SourceFile[] declaring = [.. declarations[name]];
                if (MayBeNamedByAll.Contains(name, StringComparer.Ordinal))
                {
                    continue;
                }

                if (declaring.Length > 0 && declaring.All(other => Heights[other.Folder] > Heights[file.Folder]))
                {
                    violations.Add($"{file} names {name} of {declaring[0]}");
                }
            }
        }

        AssertNone(violations);
    }

    [Fact]
    public void The_rule_of_the_folders_sees_the_types()
    {
        // Against a rule that holds because it finds nothing.
        SourceFile channel = Assert.Single(Sources("Akka.Reactor"), file => file.ToString() == "Transports/Channel.cs");
        Assert.Contains("Channel", channel.Declared);
        Assert.Contains("Selectable", channel.Named);
        Assert.Contains("ChannelOutbound", channel.Named);
        Assert.DoesNotContain("ChannelOutbound", channel.Declared);
    }

    [Fact]
    public void Polling_buffers_and_the_pure_state_machines_know_nothing_of_akka()
    {
        AssertNone(
            from file in Sources("Akka.Reactor")
            where file.Folder is "Polling" or "Buffers" || PureFiles.Contains(file.Name, StringComparer.Ordinal)
            from Match match in UsingOfAkka().Matches(file.Code)
            select $"{file}: {match.Value}"
        );
    }

    [Fact]
    public void Pure_parts_that_keep_refs_send_nothing_and_know_no_clock()
    {
        SourceFile[] files =
        [
            .. Sources("Akka.Reactor").Where(file => PureFilesWithRefs.Contains(file.Name, StringComparer.Ordinal)),
        ];
        Assert.Equal(PureFilesWithRefs.Length, files.Length);
        AssertNone(
            from file in files
            from Match match in EffectOfAnActor().Matches(file.Code)
            select $"{file}: {match.Value}"
        );
    }

    [Fact]
    public void An_engine_has_at_most_eight_members()
    {
        MemberInfo[] members =
        [
            .. typeof(IEngine).GetMembers().Where(member => member is not MethodBase { IsSpecialName: true }),
        ];
        Assert.InRange(members.Length, 1, 8);
    }

    [Fact]
    public void Public_types_sit_flat_in_the_root_namespace()
    {
        AssertNone(
            from type in typeof(ReactorExtension).Assembly.GetExportedTypes()
            where !string.Equals(type.Namespace, "Akka.Reactor", StringComparison.Ordinal)
            select $"{type.FullName} is public"
        );
    }

    [Fact]
    public void Namespaces_of_internal_types_follow_the_folders()
    {
        AssertNone(
            from file in Sources("Akka.Reactor")
            where !file.IsPublic
            let expected = string.Join('.', (string[])["Akka.Reactor", .. file.Folders])
            where !file.Code.Contains($"namespace {expected};", StringComparison.Ordinal)
            select $"{file} is not in {expected}"
        );
    }

    [Fact]
    public void Public_types_have_the_vocabulary_to_themselves()
    {
        AssertNone(
            from file in Sources("Akka.Reactor")
            where file.Folder.Length > 0
            where file.IsPublic != file.Folder is "Vocabulary"
            where !PublicAmongInternals.Contains(file.Name.Split('.')[0], StringComparer.Ordinal)
            select $"{file} is {(file.IsPublic ? "public" : "internal")}"
        );
    }

    [Fact]
    public void Internal_classes_are_sealed()
    {
        AssertNone(
            from type in typeof(ReactorExtension).Assembly.GetTypes()
            where type is { IsClass: true, IsVisible: false, IsSealed: false, IsAbstract: false }
            where type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.Name.Contains('<')
            select $"{type.FullName} is not sealed"
        );
    }

    [Fact]
    public void A_file_is_read_in_one_sitting()
    {
        AssertNone(
            from root in (string[])["src", "tests", "samples", "benchmarks"]
            let folder = Path.Combine(Root(), root)
            where Directory.Exists(folder)
            from path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            where !Built().IsMatch(path)
            let lines = File.ReadLines(path).Count()
            where lines > MostLinesOfFile
            select $"{Path.GetRelativePath(Root(), path)} has {lines} lines"
        );
    }

    [Fact]
    public void A_class_is_read_in_one_sitting()
    {
        AssertNone(
            from pair in LinesOfCode()
            where pair.Value > MostLinesOfCode && !MayBeLong.ContainsKey(pair.Key)
            select $"{pair.Key} has {pair.Value} lines of code"
        );
    }

    [Fact]
    public void Classes_that_may_be_long_are_still_there_and_still_long()
    {
        Dictionary<string, int> lines = LinesOfCode();
        Assert.All(MayBeLong.Keys, name => Assert.InRange(lines[name], MostLinesOfCode + 1, int.MaxValue));
    }

    // Of each class, all its files together, without blank lines and comments.
    private static Dictionary<string, int> LinesOfCode() =>
        Sources("Akka.Reactor")
            .GroupBy(
                file => string.Join('/', (string[])[.. file.Folders, file.Name.Split('.')[0]]),
                StringComparer.Ordinal
            )
            .ToDictionary(
                files => files.Key,
                files => files.Sum(file => file.Code.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line))),
                StringComparer.Ordinal
            );

    private static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    private static IEnumerable<SourceFile> Sources(string project)
    {
        string folder = Path.Combine(Root(), "src", project);
        return Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Built().IsMatch(path))
            .Select(path => new SourceFile(Path.GetRelativePath(folder, path), File.ReadAllText(path)));
    }

    private static string Root([CallerFilePath] string path = "")
    {
        string? folder = Path.GetDirectoryName(path);
        while (!File.Exists(Path.Combine(folder!, "Akka.Reactor.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder!;
    }

    [GeneratedRegex(@"[/\\](obj|bin|artifacts)[/\\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Built();

    [GeneratedRegex(
        @"\.Tell\(|\bContext\b|\bSelf\b|\b(Peer)?Time\b|\bArm\(|\bSockets\b",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex EffectOfAnActor();

    [GeneratedRegex(@"using (static )?Akka\.(?!Reactor\b)[\w.]+;", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UsingOfAkka();

    /// <summary>A source file without its comments and texts.</summary>
    private sealed partial class SourceFile
    {
        internal SourceFile(string path, string text)
        {
            string[] parts = path.Split('/', '\\');
            Folders = parts[..^1];
            Folder = parts.Length > 1 ? parts[0] : "";
            Name = parts[^1];
            Code = CommentOrText().Replace(text, " ");
            Declared = [.. Declaration().Matches(Code).Select(match => match.Groups["name"].Value)];
            IsPublic = PublicDeclaration().IsMatch(Code);
            Named = [.. PossibleName().Matches(Code).Select(match => match.Value)];
            Named.ExceptWith(NestedDeclaration().Matches(Code).Select(match => match.Groups["name"].Value));
        }

        /// <summary>All folders below the project that lead to it.</summary>
        internal string[] Folders { get; }

        /// <summary>A type at the file's top level is public.</summary>
        internal bool IsPublic { get; }

        /// <summary>The first folder below the project; empty at its root.</summary>
        internal string Folder { get; }

        internal string Name { get; }

        internal string Code { get; }

        /// <summary>The types declared at the file's top level.</summary>
        internal HashSet<string> Declared { get; }

        /// <summary>Every word that may name a type: not a member, not a parameter, not a method, not a type nested in this file.</summary>
        internal HashSet<string> Named { get; }

        public override string ToString() => Folder.Length == 0 ? Name : $"{Folder}/{Name}";

        [GeneratedRegex(
            """
                //[^\n]*|/\*.*?\*/|\"{3,}.*?\"{3,}|@"([^"]|"")*"|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+'
                """,
            RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
            5000
        )]
        private static partial Regex CommentOrText();

        // Top level: with file-scoped namespaces that is what is not indented.
        [GeneratedRegex(
            @"^[a-z][a-z ]*\b(class|struct|interface|enum|record|record struct|delegate \S+) (?<name>[A-Z]\w*)",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            5000
        )]
        private static partial Regex Declaration();

        [GeneratedRegex("^public ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
        private static partial Regex PublicDeclaration();

        [GeneratedRegex(
            @"^ +[a-z][a-z ]*\b(class|struct|interface|enum|record|record struct) (?<name>[A-Z]\w*)",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            5000
        )]
        private static partial Regex NestedDeclaration();

        [GeneratedRegex(
            @"(?<![.\w])(?<!\b[A-Z]\w*[>\]]?\?? )[A-Z]\w*(?!\w)(?!\s*(\(|=[^=>]|\{\s*get\b))|(?<=\bnew )[A-Z]\w*",
            RegexOptions.ExplicitCapture,
            5000
        )]
        private static partial Regex PossibleName();
    }
}
