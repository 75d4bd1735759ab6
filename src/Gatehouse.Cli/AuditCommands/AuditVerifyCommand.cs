using System.CommandLine;
using System.Text.Json;
using Gatehouse.Audit.Verification;
using Gatehouse.Cli.Output;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit verify</c>.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var log = new Option<string?>("--log")
        { Description = "Folder of the audit log. Default: the folder in the configuration.", HelpName = "folder" };
        var json = CommonOptions.Json();
        var command = new Command("verify",
            """
            Check an audit log for damage and loss. The command checks that each line is one entry of a known version, that no entry is
            missing unless the log says so, that every call that began has ended, and that the counts agree. It needs only the files
            and writes nothing. It exits with 1 when it found something. The log of a running gateway contains calls that have not ended yet.

            The command does not detect forgery. A person who can write the files can write other files that pass.

            Examples:
              gatehouse audit verify --config gatehouse.yaml
              gatehouse audit verify --log /mnt/archive/audit --json
            """) { config, state, log, json };
        command.SetAction(parsed =>
            AuditFolder.Answer(() => Run(parsed.GetValue(config), parsed.GetValue(state), parsed.GetValue(log), parsed.GetValue(json))));
        return command;
    }

    private static int Run(string? config, string? state, string? log, bool json)
    {
        var named = log ?? (state is null ? null : Path.Combine(state, "audit"));
        var settings = named is null ? CommonOptions.LoadAsServed(config)?.Settings : null;
        if (named is null && settings is null) return ExitCodes.Usage;
        if (AuditFolder.Of(settings, named) is not { } folder) return ExitCodes.Unavailable;
        var report = AuditLogVerifier.Verify(folder);
        if (report.Segments == 0)
        {
            AuditFolder.ReportMissing(folder); // an emptied folder is no log without faults
            return ExitCodes.Unavailable;
        }

        if (json) JsonOutput.Write("auditLog", Json(report));
        else Print(report);
        return report.Findings.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }

    private static void Print(AuditLogReport report)
    {
        foreach (var finding in report.Findings) Terminal.Row($"{finding.File}:{finding.Line}: {Word(finding.Kind)}: {finding.Detail}");
        var found = report.Findings.Count + report.MoreFindings;
        if (report.MoreFindings > 0) Terminal.Row($"and {Counted.Of(report.MoreFindings, "more finding")}");
        Terminal.Row($"{Counted.Of(report.Entries, "entry", "entries")} of {Counted.Of(report.Runs, "run")} in {Counted.Of(report.Segments, "segment")}, from entry {report.First}; "
            + $"{report.Lost} lost, as the log says; {Counted.Of(found, "finding")}");
        Terminal.Note("This check finds damage and loss. It does not detect forgery: a person who can write the files can write other files that pass.");
    }

    private static object Json(AuditLogReport report) => new
    {
        report.Segments,
        report.Entries,
        report.Runs,
        report.First,
        report.Lost,
        findings = report.Findings.Select(finding => new { finding.File, finding.Line, kind = Word(finding.Kind), finding.Detail }),
        report.MoreFindings,
    };

    private static string Word(AuditFindingKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
