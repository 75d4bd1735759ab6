using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Configuration;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Listing;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Inventory.Places;
using Gatehouse.Onboarding;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.ScanCommands;

/// <summary><c>gatehouse scan</c>: every MCP server that clients of this machine would start, with its faults.</summary>
internal static class ScanCommand
{
    public static Command Create()
    {
        var options = new ScanCommandOptions();
        var command = new Command("scan",
            """
            Find every MCP server that the AI clients of this machine would start, and report problems of each.
            With --path, search the files of a repository for secrets too.

            The command works offline. It reads files, sends nothing over the network, and starts a server only with --list, and git only with --history.

            Examples:
              gatehouse scan
              gatehouse scan --path . --sarif gatehouse.sarif --fail-on high
              gatehouse scan --list

            Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong command line, 3 something could not be measured.
            """);
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ScanCommandOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        if (!TryReadSuppressions(parsed.GetValue(options.Suppressions), out var known)) return ExitCodes.Usage;
        var began = TimeProvider.System.GetTimestamp();
        var (wrapped, gap) = Wrapped();
        var scan = options.ScanOf(parsed);
        var report = await ReadAsync(scan with { Wrapped = wrapped }, cancellation).ConfigureAwait(false);
        if (gap is not null) report = report with { Gaps = [.. report.Gaps, gap] };
        report = await SourceScan.AddAsync(report, scan, cancellation).ConfigureAwait(false);
        report = await ListAsync(report, scan, options.ConsentOf(parsed), [new DefinitionInspector(known, TimeProvider.System)], cancellation)
            .ConfigureAwait(false);
        report = report.Without(known.Files, TimeProvider.System.GetUtcNow());
        report = report with { Duration = TimeProvider.System.GetElapsedTime(began) }; // starts and questions are a part of it
        if (!options.OutputOf(parsed).Write(report)) return ExitCodes.Unavailable;
        if (options.FailOnOf(parsed) is { } lowest && report.Findings.Any(finding => finding.Rule.Severity >= lowest)) return ExitCodes.No;
        return report.IsIncomplete ? ExitCodes.Unavailable : ExitCodes.Done;
    }

    // Without a file, nothing is suppressed. Faults of the file are reported.
    private static bool TryReadSuppressions(string? file, out FindingSuppressions known)
    {
        known = FindingSuppressions.None;
        if (file is null) return true;
        var faults = new FaultList();
        if (SuppressionFile.Read(file, faults) is { } read)
        {
            known = read;
            return true;
        }

        foreach (var fault in faults.ToList())
            Terminal.Fault($"--suppressions {file}{(fault.Line > 0 ? $", line {fault.Line}" : "")}: {fault.Message}; {fault.Remedy}");
        return false;
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

    private static async Task<ScanReport> ReadAsync(ScanOptions options, CancellationToken cancellation)
    {
        var progress = Progress.Of("reading configuration files");
        await using (progress.ConfigureAwait(false))
            return await Scanner.ScanAsync(options with { Progress = progress.Continue }, TimeProvider.System, cancellation).ConfigureAwait(false);
    }

    private static async Task<(ListedServer? Listed, Gap? Gap)> ListAsync(StartRequest request, CancellationToken cancellation)
    {
        var progress = Progress.Of($"listing the tools of {request.Server.Name}");
        await using (progress.ConfigureAwait(false))
            return await ServerLister.ListAsync(request, TimeProvider.System, cancellation).ConfigureAwait(false);
    }

    private static async Task<ScanReport> ListAsync(ScanReport report, ScanOptions options, ListingConsent consent,
        IReadOnlyList<IToolInspector> inspectors, CancellationToken cancellation)
    {
        if (consent == ListingConsent.Never)
            return report.With([], [], [new Gap("definitions of the servers", "not read; --list starts the servers after you agreed", false)]);
        var listed = new List<ListedServer>();
        var gaps = new List<Gap>();
        var findings = new ServerFindings(report);
        foreach (var server in report.Servers.Where(server => server.Command is not null))
        {
            if (StartRequest.For(server, options.Machine?.Home ?? Environment.CurrentDirectory, out var reason) is not { } request)
            {
                gaps.Add(new Gap($"tools of {server.Name} ({server.Client})", reason!, false));
                continue;
            }

            Terminal.Note(request.Render(findings));
            if (consent == ListingConsent.Asked
                && await TerminalConfirmation.AskAsync("Start it", cancellation).ConfigureAwait(false) is { IsGiven: false } answer)
            {
                // The list was asked for. A person who declines knows that it is not read. Without a terminal no person could be asked, so it failed.
                gaps.Add(new Gap($"tools of {server.Name} ({server.Client})",
                    $"not started, because {answer.Reason}{(answer.HasTerminal ? "" : "; --yes agrees to every start")}", IsFailure: !answer.HasTerminal));
                continue;
            }

            var (found, gap) = await ListAsync(request, cancellation).ConfigureAwait(false);
            if (found is not null) listed.Add(found);
            if (gap is not null) gaps.Add(gap);
        }

        return report.With(listed, inspectors, gaps);
    }
}
