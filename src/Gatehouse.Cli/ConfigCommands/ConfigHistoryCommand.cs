using System.CommandLine;
using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Text;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary><c>gatehouse config history</c>.</summary>
internal static class ConfigHistoryCommand
{
    private const int ShortDigest = 12;
    private const string NoteIndent = "        ";

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var json = CommonOptions.Json();
        var limit = ClosedList.Number("--limit", "Most changes, 1 to 1000. Default: 50.");
        var log = new Option<string?>("--log")
        {
            Description = "Read the audit log in this folder, without a gateway.",
            HelpName = "folder",
        };
        limit.Validators.Add(result =>
        {
            // A word that is no number is reported by the option itself; to ask for its value would throw.
            if (result.Tokens is [var one] && int.TryParse(one.Value, CultureInfo.InvariantCulture, out var number) && number is < 1 or > 1000)
                result.AddError("the limit is out of range; use a number from 1 to 1000");
        });
        var command = new Command("history",
            """
            Print each configuration that was put in force or refused, newest first, as the audit log has it: time, digest and the way. Who
            changed it is sealed in the entry: 'gatehouse audit search --act configuration.applied' shows it to readers of the log. A change
            that is in force and of which a step failed has a row with the outcome incomplete. ENTRY is the log and the index in it:
            'gatehouse audit prove INDEX --in LOG'. KEPT says whether the texts are in the state folder, so that 'diff' and 'rollback' can
            use them. An asterisk marks the configuration in force. With --log, both need --state.

            Examples:
              gatehouse config history --config gatehouse.yaml
              gatehouse config history --log /mnt/archive/audit --json
            """)
        { config, state, json, limit, log };
        command.SetAction((parsed, cancellation) => parsed.GetValue(log) is { } folder
            ? ReadAsync(folder, parsed.GetValue(state), parsed.GetValue(limit) ?? 50, parsed.GetValue(json), cancellation)
            : ControlCall.RunAsync(parsed.GetValue(state), parsed.GetValue(config), new ListConfigurations(parsed.GetValue(limit) ?? 50),
                reply => Print(reply.As<ConfigurationHistory>().Changes, parsed.GetValue(json)), cancellation,
                "without a gateway, give the folder of its audit log with --log"));
        return command;
    }

    private static async Task<int> ReadAsync(string folder, string? state, int limit, bool json, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            AuditFolder.ReportMissing(folder);
            return ExitCodes.Unavailable;
        }

        return await AuditFolder.AnswerAsync(async () =>
        {
            StoredConfigurations? stored = null;
            if (state is not null && (stored = StoredConfigurations.Open(state)) is null) return ExitCodes.Unavailable;
            var source = new LogSource(folder);
            if (source.Logs().Count == 0)
            {
                AuditFolder.ReportMissing(folder);
                return ExitCodes.Unavailable;
            }

            var log = new ConfigurationLog(new LogScan(source));
            Func<string, bool>? isKept = stored is null ? null : stored.Store.Has;
            var changes = await log.NewestAsync(limit, stored?.Store.Order().InForce, isKept, cancellation).ConfigureAwait(false);
            Print(changes, json);
            return ExitCodes.Done;
        }).ConfigureAwait(false);
    }

    private static void Print(IReadOnlyList<ConfigurationView> changes, bool json)
    {
        if (json)
        {
            JsonOutput.Write("configurations", changes, OutputJson.Default.ConfigurationViews);
            return;
        }

        if (changes.Count == 0)
        {
            Terminal.Note("no configurations");
            return;
        }

        string[] heading = ["TIME", "OUTCOME", "DIGEST", "GEN", "CAUSE", "FROM", "KEPT", "ENTRY"];
        var rows = Columns.Rows(heading, [.. changes.Select(Row)], Terminal.DataColumns).ToList();
        Terminal.Lines(rows[0]);
        foreach (var (one, lines) in changes.Zip(rows.Skip(1)))
        {
            Terminal.Lines(lines);
            foreach (var note in Notes(one)) Terminal.Row($"{NoteIndent}{note}");
        }
    }

    private static IReadOnlyList<string> Row(ConfigurationView one) =>
    [
        Moments.Words(one.At), VisibleText.Escape(one.Outcome), VisibleText.Escape(Digest(one)), Text(one.Generation),
        one.Cause.Length > 0 ? VisibleText.Escape(one.Cause) : "-", VisibleText.Escape(one.Source ?? "-"),
        one.IsKept is { } kept ? kept ? "yes" : "no" : "-", VisibleText.Escape(Entry(one)),
    ];

    private static IEnumerable<string> Notes(ConfigurationView one)
    {
        if (one.FailedSteps is { } steps)
            yield return $"the configuration is in force, and these steps failed after that: {steps}. See event 1101, then reload";
        if (WhyUndone(one) is { } why) yield return $"{why}; the configuration before it stayed in force";
        if (one.IsRecovered is true)
            yield return $"the entry was written later; the time of the attempt is {(one.Attempted is { } at ? Moments.Words(at) : "not known")}";
    }

    // The record of a pending change is older than its entry, and a process may end between the two.
    private static string? WhyUndone(ConfigurationView one) => one switch
    {
        { IsUndone: not true } => null,
        { Fault: PendingChange.ProcessEnded } =>
            "the process ended within its change. It has no entry 'applied' if that was before the entry was in the log",
        { Fault: PendingChange.NotConfirmed } =>
            "the audit log did not confirm its entry 'applied'. The entry may be in the log nevertheless",
        { Fault: PendingChange.PendingDamaged } =>
            "the record of a pending change is damaged. Which one it was, and whether it has an entry 'applied', is not known",
        _ => "its change failed after its entry",
    };

    private static string Digest(ConfigurationView one) =>
        (one.Digest.Length > ShortDigest ? one.Digest[..ShortDigest] : "-") + (one.IsInForce == true ? "*" : "");

    private static string Entry(ConfigurationView one) => one.Index is { } index ? $"{one.Log} {Text(index)}" : "-";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
