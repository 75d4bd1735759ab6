using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Inventory.Places;
using Gatehouse.Onboarding;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Whoever can place a name decides which file is edited, and whoever is quick what is lost by it.</summary>
public sealed class InitLinkSwap : OfflineExercise<Func<string, Action, Task>>
{
    private const string Launcher = "/opt/gatehouse/gatehouse";
    private const string Config = ".gemini/settings.json";

    // Reads, shows, waits for a yes, and writes into the file: what installers of servers do.
    private const string Installer =
        """
        import json, sys
        path = sys.argv[1]
        data = json.load(open(path))
        for entry in data['mcpServers'].values():
            entry['args'] = ['wrap', '--', entry['command']] + entry.get('args', [])
            entry['command'] = sys.argv[2]
        print('change?', flush=True)
        sys.stdin.readline()
        json.dump(data, open(path, 'w'), indent=2)
        """;

    /// <inheritdoc />
    public override string Id => "init-link-swap";

    /// <inheritdoc />
    public override string Title => "Configuration that becomes another file";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP04", "MCP09"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-04", "IN-01"];

    /// <inheritdoc />
    public override string Protection => "command init, selection of files and comparison before the write";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A tool that edits the configurations of clients opens a path, shows the change, and writes to the path after the person confirms.",
        "Mallory's program replaces the client's configuration with a link to a file that Alice's team shares, before Alice starts the tool or "
            + "while Alice reads. Or a client removes a server at that moment.",
        "gatehouse init edits only regular files of Alice. It compares the file, its rights and its bytes immediately before the replacement, and "
            + "replaces the name instead of writing into its target. If the file changed, it reports that and changes nothing.",
        "With a tool that accepts every file as the one that it showed, and writes through links, the team's file is edited, and the removed "
            + "server returns.");

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    internal override Task<Func<string, Action, Task>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<string, Action, Task>>(async (home, meanwhile) =>
    {
        var start = new ProcessStartInfo(fixture.Tools.Python!, ["-c", Installer, Path.Combine(home, Config), Launcher])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("python did not start");
        var errors = process.StandardError.ReadToEndAsync();
        if (await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) != "change?")
            throw new InvalidOperationException(await errors.ConfigureAwait(false));
        meanwhile();
        await process.StandardInput.WriteLineAsync("yes").ConfigureAwait(false);
        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0) throw new InvalidOperationException(await errors.ConfigureAwait(false));
    });

    internal override Task<Func<string, Action, Task>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult(Init(new EditRules(), new FileSystem()));

    internal override Task<Func<string, Action, Task>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult(Init(new TrustingEditJudge(), new WriteThroughActs()));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<string, Action, Task> subject, RangeFixture fixture)
    {
        return
        [
            await ReachAsync("file that is a link", linked: true, _ => { }).ConfigureAwait(false),
            await ReachAsync("link put there while it is shown", linked: false, Link).ConfigureAwait(false),
            await BringBackAsync().ConfigureAwait(false),
        ];

        async Task<Attempt> ReachAsync(string name, bool linked, Action<string> meanwhile)
        {
            var home = Plant(fixture);
            if (linked) Link(home);
            await subject(home, () => meanwhile(home)).ConfigureAwait(false);
            var reached = await File.ReadAllTextAsync(Team(home)).ConfigureAwait(false) != Servers;
            return new Attempt(name, reached, reached ? "the team's file was edited" : "the team's file is unchanged");
        }

        async Task<Attempt> BringBackAsync()
        {
            var home = Plant(fixture);
            var config = Path.Combine(home, Config);
            await subject(home, () => File.WriteAllText(config, """{"mcpServers":{}}""")).ConfigureAwait(false);
            var back = (await File.ReadAllTextAsync(config).ConfigureAwait(false)).Contains("notes", StringComparison.Ordinal);
            return new Attempt("server removed while it is shown", back, back ? "the removed server is back" : "the server stays removed");
        }
    }

    internal override async Task<bool> UseHonestlyAsync(Func<string, Action, Task> subject, RangeFixture fixture)
    {
        var home = Plant(fixture);
        await subject(home, () => { }).ConfigureAwait(false);
        using var config = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(home, Config)).ConfigureAwait(false));
        return config.RootElement.GetProperty("mcpServers").GetProperty("notes").GetProperty("command").GetString() == Launcher;
    }

    private const string Servers = """{"mcpServers":{"notes":{"command":"python3","args":["notes.py"]}}}""";

    // gatehouse init, with the person's answer in between.
    private static Func<string, Action, Task> Init(IEditReview judge, IFileSystem acts) => (home, meanwhile) =>
    {
        var ledger = WrapLedger.Open(Path.Combine(home, "state"));
        var machine = Machine.At(MachineSystem.Linux, home, Path.Combine(home, "none"));
        var plan = WrapPlanner.Plan(machine, EditSelection.All, new WrapLauncher(Launcher), ledger, TimeProvider.System, judge);
        meanwhile();
        EditRunner.Run(plan, ledger, TimeProvider.System, acts);
        return Task.CompletedTask;
    };

    private static string Plant(RangeFixture fixture)
    {
        var home = fixture.AnotherFolder("home");
        Write(Path.Combine(home, Config));
        Write(Team(home));
        return home;
    }

    private static string Team(string home) => Path.Combine(home, "team", "servers.json");

    private static void Link(string home)
    {
        File.Delete(Path.Combine(home, Config));
        File.CreateSymbolicLink(Path.Combine(home, Config), Team(home));
    }

    // Alice's own, whatever the mask of the account that plays her.
    private static void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Servers);
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
