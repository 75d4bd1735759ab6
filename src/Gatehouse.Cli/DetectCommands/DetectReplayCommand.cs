using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.DetectCommands;

/// <summary><c>gatehouse detect replay</c>.</summary>
internal static class DetectReplayCommand
{
    private const string Unknowable =
        "The log has no texts. It cannot show which findings are true, or which ones another version of the detection would add or remove. It names only "
        + "those roles, groups and scopes of a caller that the policy asked for.";

    public static Command Create()
    {
        var options = new DetectLogOptions();
        var preset = new Option<string>("--preset")
        { Description = $"Ask only this preset: {string.Join(", ", InspectionPreset.All.Select(one => one.Name))}.", HelpName = "name" };
        preset.AcceptOnly([.. InspectionPreset.All.Select(one => one.Name)]);
        var command = new Command("replay",
            """
            Print the recorded findings in messages, and what other rules would have done with them. Without --preset, these are the rules
            of the configuration. The command exits with 1 if an action changes.

            Examples:
              gatehouse detect replay --config gatehouse.yaml --preset strict
              gatehouse detect replay --log /var/lib/gatehouse/audit --preset default --json
            """) { preset };
        options.AddTo(command);
        command.SetAction(parsed => Run(options, parsed, parsed.GetValue(preset)));
        return command;
    }

    private static int Run(DetectLogOptions options, ParseResult parsed, string? preset) =>
        options.Answer(parsed, needsSettings: preset is null, (exchanges, settings) =>
        {
            var rules = preset is null ? settings!.Inspection.Messages : new MessageInspectionSettings { Preset = InspectionPreset.Find(preset)! };
            var replay = FindingReplay.Of(exchanges, rules, TimeProvider.System.GetUtcNow());
            if (parsed.GetValue(options.Json)) JsonOutput.Write("detectionReplay", Json(replay));
            else Print(replay);
            return replay.Changed > 0 ? ExitCodes.No : ExitCodes.Done;
        });

    private static void Print(FindingReplay replay)
    {
        foreach (var row in replay.Rows)
        {
            var where = $"{row.Finding} {Words.Of(row.Confidence)} in {Words.Of(row.Place)} of {row.Server ?? "no server"}{(row.Tool is null ? "" : $", tool {row.Tool}")}";
            Terminal.Row($"{row.Count,6} x {where}: {Words.Of(row.Action)} ({row.Rule ?? "suppressed"}) -> {row.Now.Text()}{(row.Now.IsOpen ? ", undecidable" : "")}, "
                + $"e.g. {row.Example}");
            foreach (var remark in row.Now.Remarks()) Terminal.Row($"         {remark}");
        }

        foreach (var (source, count) in replay.NearMisses)
            Terminal.Row($"{count,6} texts of {source} were nearly findings within 10 minutes (GHS9019)");
        Terminal.Row($"{Counted.Of(replay.Findings, "finding")} in {Counted.Of(replay.ExchangesWithFindings, "exchange")} of {replay.Exchanges}: {replay.Findings - replay.Changed - replay.Undecidable} as before, "
            + $"{replay.Changed} changed, {replay.Undecidable} undecidable");
        if (replay.Uncounted > 0) Terminal.Note($"{Counted.Of(replay.Uncounted, "finding")} of full records have no details, and are not among these.");
        Terminal.Note(Unknowable);
    }

    private static JsonObject Json(FindingReplay replay) => new JsonFields
    {
        ["exchanges"] = replay.Exchanges,
        ["exchangesWithFindings"] = replay.ExchangesWithFindings,
        ["findings"] = replay.Findings,
        ["changed"] = replay.Changed,
        ["undecidable"] = replay.Undecidable,
        ["withoutDetails"] = replay.Uncounted,
        ["rows"] = replay.Rows.Select(Json).ToJsonArray(),
        ["nearMisses"] = replay.NearMisses.Select(one => new JsonFields { ["server"] = one.Server, ["count"] = one.Count }).ToJsonArray(),
        ["unknown"] = Unknowable,
    };

    private static JsonFields Json(ReplayedFinding row) => new()
    {
        ["finding"] = row.Finding,
        ["place"] = Words.Of(row.Place),
        ["confidence"] = Words.Of(row.Confidence),
        ["server"] = row.Server,
        ["tool"] = row.Tool,
        ["rule"] = row.Rule,
        ["action"] = Words.Of(row.Action),
        ["count"] = row.Count,
        ["example"] = row.Example,
        ["now"] = new JsonFields
        {
            ["action"] = row.Now.IsOpen ? null : Words.Of(row.Now.Action),
            ["rule"] = row.Now.Rule,
            ["open"] = row.Now.Open.Select(rule => rule.Id).ToJsonArray(),
            ["shadow"] = row.Now.Shadows.Select(rule => rule.Id).ToJsonArray(),
        },
    };
}
