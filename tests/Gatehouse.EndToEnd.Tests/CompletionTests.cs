namespace Gatehouse.EndToEnd.Tests;

/// <summary>The scripts of <c>gatehouse completion</c>, in the shells that they are for.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-completion-");

    public CompletionTests()
    {
        var program = Path.Join(folder.FullName, "gatehouse");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{Repository.GatewayDll}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public static TheoryData<string, string> Lines => new()
    {
        { "gatehouse pol", "policy" },
        { "gatehouse range r", "run" },
        { "gatehouse range run --o", "--only" },
        { "gatehouse scan --fail-on h", "high" },
        { "gatehouse policy d", "diff" },
        { "gatehouse secret ro", "rotate" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_Completes(string line, string expected) => Assert.Equal(expected, await RunAsync("bash", "-c", """
        source <(gatehouse completion bash)
        COMP_LINE=$1 COMP_POINT=${#1}; read -ra COMP_WORDS <<<"$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _gatehouse; printf '%s\n' "${COMPREPLY[@]}"
        """, "bash", line));

    // compdef and compadd exist only while a person types: what they are called with is the result.
    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Zsh_Completes(string line, string expected)
    {
        Require("zsh");
        Assert.Equal("_gatehouse gatehouse\n" + expected, await RunAsync("zsh", "-f", "-c", Stubs + """
            source <(gatehouse completion zsh)
            words=(${=1}) CURRENT=$#words; _gatehouse
            """, "zsh", line));
    }

    [Fact]
    public async Task Zsh_CompletesWithTheFirstCallOfAnInstalledFile()
    {
        Require("zsh");
        Assert.Equal("policy", await RunAsync("zsh", "-f", "-c", Stubs + """
            mkdir $1/site; gatehouse completion zsh >$1/site/_gatehouse
            fpath=($1/site); autoload -U _gatehouse
            words=(gatehouse pol) CURRENT=2; _gatehouse
            """, "zsh", folder.FullName));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Fish_Completes(string line, string expected)
    {
        Require("fish");
        Assert.Equal(expected, await RunAsync("fish", "--no-config", "-c", "gatehouse completion fish | source; complete -C $argv[1]", line));
    }

    [Fact]
    public async Task NoWordThatAShellTakesForAPath_IsOffered()
    {
        var words = (await RunAsync("gatehouse", "[suggest:10]", "gatehouse ")).Split('\n');
        Assert.Contains("--help", words);
        Assert.All(words, word => Assert.False(word.StartsWith('/'), word));
    }

    [Theory]
    [InlineData("gatehouse scan --fail-on=m", "medium")]
    [InlineData("gatehouse scan --fail-on=low --pa", "--path")]
    public async Task OptionWithItsWordInOne_Completes(string line, string expected) =>
        Assert.Equal(expected, (await RunAsync("gatehouse", $"[suggest:{line.Length}]", line)).Trim());

    // The tree of `gatehouse range` repeats the verbs and options of another program.
    [Fact]
    public async Task Range_CompletesWhatTheOtherProgramHas()
    {
        Assert.SkipWhen(Repository.HasOtherProgram, "The attack range is beside the assembly of the checkout only.");
        foreach (var verb in new[] { "list", "run" })
        {
            var line = $"gatehouse range {verb} --";
            var offered = await RunAsync("gatehouse", $"[suggest:{line.Length}]", line);
            var help = await RunAsync("gatehouse", "range", verb, "--help");
            Assert.Equal(Options(help[help.IndexOf("Options:", StringComparison.Ordinal)..]), Options(offered));
        }

        static IEnumerable<string> Options(string text) =>
            text.Split(' ', '\n').Where(word => word.StartsWith("--", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private const string Stubs = """
        compdef() { print -r -- "$*" }
        compadd() { print -rl -- ${(P)2} | grep -- "^$words[CURRENT]" }
        _files() { print -r -- files }

        """;

    private static void Require(string shell) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(place => File.Exists(Path.Join(place, shell))), $"{shell} is not installed");

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var file = program == "gatehouse" ? Path.Join(folder.FullName, program) : program;
        var (_, output, errors) = await OneShot.RunAsync(new ProcessPlan(file, arguments)
            .With("PATH", $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}").With("HOME", folder.FullName));
        Assert.Equal("", errors);
        return output.TrimEnd('\n');
    }
}
