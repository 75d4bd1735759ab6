using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Configuration;
using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Listing;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Onboarding;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.ScanCommands;

/// <summary><c>gatehouse scan</c>: every MCP server that clients of this machine would start, with its faults.</summary>
internal static class ScanCommand
{
    public static Command Create()
    {
        var paths = new Option<string[]>("--path")
        {
            Description = "Scan this repository or folder, with all its folders. Can be repeated. Your own clients are "
                + "then not scanned, unless --machine is given.",
            HelpName = "folder"
        };
        var machine = new Option<bool>("--machine") { Description = "Scan your own clients too when --path is given." };
        var home = new Option<string?>("--home") { Description = "Scan this home folder instead of your own.", HelpName = "folder" };
        var probe = new Option<bool>("--probe")
        { Description = "Ask the listening ports of this machine whether they speak MCP. The command contacts nothing else." };
        var list = new Option<bool>("--list") { Description = "Start servers to list their tools. Each starts only after you agreed." };
        var yes = new Option<bool>("--yes") { Description = "With --list: agree to every start. The command still shows each command." };
        var @static = new Option<bool>("--static") { Description = "Start nothing and contact nothing, even if other options ask for it." };
        var json = CommonOptions.Json();
        var sarif = new Option<string?>("--sarif") { Description = "Write SARIF 2.1.0 to this file; '-' for stdout.", HelpName = "file" };
        var html = new Option<string?>("--html") { Description = "Write a self-contained HTML report to this file.", HelpName = "file" };
        var suppressions = new Option<string?>("--suppressions")
        {
            Description = "Omit the findings of --list that this file names, each with a reason and a last day. An expired or unused entry is "
                + "reported. There is no default file.",
            HelpName = "file"
        };
        var failOn = new Option<string>("--fail-on")
        {
            Description = "Lowest severity that makes the command exit with 1: note, low, medium, high, critical or never.",
            HelpName = "severity",
            DefaultValueFactory = _ => "low"
        };
        failOn.AcceptOnly([.. Enum.GetNames<Severity>().Select(name => name.ToLowerInvariant()), "never"]);
        var command = new Command("scan",
            """
            Find every MCP server that the AI clients of this machine would start, and report problems of each.

            The command works offline. It reads files, sends nothing over the network, and starts a server only with --list.

            Examples:
              gatehouse scan
              gatehouse scan --path . --sarif gatehouse.sarif --fail-on high
              gatehouse scan --list

            Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong command line, 3 something could not be measured.
            """)
        { paths, machine, home, probe, list, yes, @static, json, sarif, html, suppressions, failOn };
        command.SetAction((parsed, cancellation) =>
        {
            var given = parsed.GetValue(paths) ?? [];
            var options = new ScanOptions
            {
                Paths = [.. given.Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))],
                Machine = given.Length > 0 && !parsed.GetValue(machine) && parsed.GetValue(home) is null ? null : At(parsed.GetValue(home)),
                Processes = given.Length == 0 || parsed.GetValue(machine) || parsed.GetValue(probe),
                Probe = parsed.GetValue(probe) && !parsed.GetValue(@static),
            };
            var listing = parsed.GetValue(@static) || !parsed.GetValue(list) ? Listing.Never : parsed.GetValue(yes) ? Listing.Always : Listing.Asked;
            var known = FindingSuppressions.None;
            if (parsed.GetValue(suppressions) is { } file)
            {
                var faults = new FaultList();
                if (SuppressionFile.Read(file, faults) is not { } read)
                {
                    foreach (var fault in faults.ToList()) Terminal.Fault($"{file}, line {fault.Line}: {fault.Message}; {fault.Remedy}");
                    return Task.FromResult(ExitCodes.Usage);
                }

                known = read;
            }

            return RunAsync(options, listing, [new DefinitionInspector(known, TimeProvider.System)],
                new ScanOutput(parsed.GetValue(json), parsed.GetValue(sarif), parsed.GetValue(html)), parsed.GetValue(failOn)!, cancellation);
        });
        return command;
    }

    private static Machine At(string? home)
    {
        var mine = Machine.OfThisPerson();
        return home is null ? mine : Machine.At(mine.System, Path.TrimEndingDirectorySeparator(Path.GetFullPath(home)), mine.SystemData);
    }

    // The records of init. A ledger that cannot be read is reported and makes the scan incomplete.
    private static (IReadOnlyCollection<WrappedEntry> Wrapped, Gap? Gap) Wrapped()
    {
        try
        {
            return (WrapLedger.Open(LocalHostControl.Places.State).Wrapped, null);
        }
        catch (Exception fault) when (fault is LedgerException or IOException)
        {
            return ([], new Gap("servers that were wrapped", fault.Message, true));
        }
    }

    private static async Task<int> RunAsync(ScanOptions options, Listing listing, IReadOnlyList<IToolInspector> inspectors, ScanOutput output,
        string failOn, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (wrapped, gap) = Wrapped();
        var report = await ReadAsync(options with { Wrapped = wrapped }, cancellation).ConfigureAwait(false);
        if (gap is not null) report = report with { Gaps = [.. report.Gaps, gap] };
        report = await ListAsync(report, options, listing, inspectors, cancellation).ConfigureAwait(false);
        report = report with { Duration = TimeProvider.System.GetElapsedTime(began) }; // starts and questions are a part of it
        if (!output.Write(report)) return ExitCodes.Unavailable;
        if (failOn != "never" && report.Findings.Any(finding => finding.Rule.Severity >= Enum.Parse<Severity>(failOn, ignoreCase: true)))
            return ExitCodes.No;
        return report.IsIncomplete ? ExitCodes.Unavailable : ExitCodes.Done;
    }

    private static async Task<ScanReport> ReadAsync(ScanOptions options, CancellationToken cancellation)
    {
        var progress = Progress.Of("reading configuration files");
        await using (progress.ConfigureAwait(false)) return await Scanner.ScanAsync(options, TimeProvider.System, cancellation).ConfigureAwait(false);
    }

    private static async Task<(ListedServer? Listed, Gap? Gap)> ListAsync(StartRequest request, CancellationToken cancellation)
    {
        var progress = Progress.Of($"listing the tools of {request.Server.Name}");
        await using (progress.ConfigureAwait(false))
            return await ServerLister.ListAsync(request, TimeProvider.System, cancellation).ConfigureAwait(false);
    }

    private static async Task<ScanReport> ListAsync(ScanReport report, ScanOptions options, Listing listing, IReadOnlyList<IToolInspector> inspectors,
        CancellationToken cancellation)
    {
        if (listing == Listing.Never)
            return report.With([], [], [new Gap("definitions of the servers", "not read; --list starts the servers after you agreed", false)]);
        var listed = new List<ListedServer>();
        var gaps = new List<Gap>();
        foreach (var server in report.Servers.Where(server => server.Command is not null))
        {
            if (StartRequest.For(server, options.Machine?.Home ?? Environment.CurrentDirectory, out var reason) is not { } request)
            {
                gaps.Add(new Gap($"tools of {server.Name} ({server.Client})", reason!, false));
                continue;
            }

            Terminal.Note(request.Render(report));
            if (listing == Listing.Asked && TerminalConfirmation.Ask("Start it") is { IsGiven: false } answer)
            {
                gaps.Add(new Gap($"tools of {server.Name} ({server.Client})", $"not started, because {answer.Reason}", false));
                continue;
            }

            var (found, gap) = await ListAsync(request, cancellation).ConfigureAwait(false);
            if (found is not null) listed.Add(found);
            if (gap is not null) gaps.Add(gap);
        }

        return report.With(listed, inspectors, gaps);
    }

    private enum Listing
    {
        Never,
        Asked,
        Always,
    }
}
