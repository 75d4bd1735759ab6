using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Cli.ScanCommands;

/// <summary>The options of <c>scan</c>.</summary>
internal sealed class ScanCommandOptions
{
    private const string Never = "never";

    private readonly Option<string[]> paths = new("--path")
    {
        Description = "Scan this repository or folder, with all its folders. Can be repeated. Your own clients are "
            + "then not scanned, unless --machine is given.",
        HelpName = "folder",
    };

    private readonly Option<bool> machine = new("--machine") { Description = "Scan your own clients too when --path is given." };

    private readonly Option<bool> history =
        new("--history") { Description = "With --path: search the commit history for secrets too. The command runs git for it, which must be on PATH." };

    private readonly Option<string?> home = new("--home") { Description = "Scan this home folder instead of your own.", HelpName = "folder" };

    private readonly Option<bool> probe =
        new("--probe") { Description = "Ask the listening ports of this machine whether they speak MCP. The command contacts nothing else." };

    private readonly Option<bool> list =
        new("--list") { Description = "Start servers to list their tools. Each starts only after you agreed." };

    private readonly Option<bool> yes =
        new("--yes") { Description = "With --list: agree to every start. The command still shows each command." };

    private readonly Option<bool> offline =
        new("--static") { Description = "Start nothing and contact nothing, even if other options ask for it." };

    private readonly Option<bool> json = CommonOptions.Json();

    private readonly Option<string?> sarif =
        new("--sarif") { Description = "Write SARIF 2.1.0 to this file; '-' for stdout.", HelpName = "file" };

    private readonly Option<string?> html =
        new("--html") { Description = "Write a self-contained HTML report to this file; '-' for stdout.", HelpName = "file" };

    private readonly Option<string> failOn = new("--fail-on")
    {
        Description = "Lowest severity that makes the command exit with 1: note, low, medium, high, critical or never.",
        HelpName = "severity",
        DefaultValueFactory = _ => "low",
    };

    public ScanCommandOptions() =>
        failOn.AcceptOnly([.. Enum.GetNames<Severity>().Select(name => name.ToLowerInvariant()), Never]);

    /// <summary><c>--suppressions</c>.</summary>
    public Option<string?> Suppressions { get; } = new("--suppressions")
    {
        Description = "Omit the findings of --list and in files of repositories that this file names, each with a reason and a last day. "
            + "An expired or unused entry is reported. There is no default file.",
        HelpName = "file",
    };

    /// <summary>Adds all options to the command, in the order of the help.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { paths, history, machine, home, probe, list, yes, offline, json, sarif, html, Suppressions, failOn })
            command.Add(option);
        command.Check(result =>
        {
            if (result.GetValue(history) && result.GetValue(paths) is null or []) result.AddError("--history needs a repository: add --path");
            var both = new ScanOutput(result.GetValue(json), result.GetValue(sarif), result.GetValue(html)).OnStdout;
            if (both.Count > 1) result.AddError($"{string.Join(" and ", both)} {(both.Count > 2 ? "all" : "both")} write to stdout; "
                + $"keep one, and give the other a file or leave it out");
        });
    }

    /// <summary>Returns what the scan reads.</summary>
    public ScanOptions ScanOf(ParseResult parsed)
    {
        var given = parsed.GetValue(paths) ?? [];
        var withMachine = given.Length == 0 || parsed.GetValue(machine);
        return new ScanOptions
        {
            Paths = [.. given.Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))],
            Machine = withMachine || parsed.GetValue(home) is not null ? At(parsed.GetValue(home)) : null,
            Secrets = given.Length > 0,
            History = parsed.GetValue(history) && !parsed.GetValue(offline),
            Processes = withMachine || parsed.GetValue(probe),
            Probe = parsed.GetValue(probe) && !parsed.GetValue(offline),
        };
    }

    /// <summary>Returns whether the scan starts servers.</summary>
    public ListingConsent ConsentOf(ParseResult parsed) =>
        parsed.GetValue(offline) || !parsed.GetValue(list) ? ListingConsent.Never
            : parsed.GetValue(yes) ? ListingConsent.Always : ListingConsent.Asked;

    /// <summary>Returns the destination of the report.</summary>
    public ScanOutput OutputOf(ParseResult parsed) => new(parsed.GetValue(json), parsed.GetValue(sarif), parsed.GetValue(html));

    /// <summary>Returns the lowest severity that makes the command exit with 1; null when none does.</summary>
    public Severity? FailOnOf(ParseResult parsed) =>
        parsed.GetValue(failOn) is { } word and not Never ? Enum.Parse<Severity>(word, ignoreCase: true) : null;

    private static Machine At(string? home)
    {
        var mine = Machine.OfThisPerson();
        return home is null ? mine : Machine.At(mine.System, Path.TrimEndingDirectorySeparator(Path.GetFullPath(home)), mine.SystemData);
    }
}
