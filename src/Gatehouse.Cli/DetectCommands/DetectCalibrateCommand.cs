using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.DetectCommands;

/// <summary><c>gatehouse detect calibrate</c>.</summary>
internal static class DetectCalibrateCommand
{
    private const string DefaultRate = "0.1%";

    public static Command Create()
    {
        var options = new DetectLogOptions();
        var files = new Argument<string[]>("file")
        {
            Description = "Files with harmless texts of your own, or folders of them. Without files: the findings in the audit log.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var rate = new Option<string>("--rate")
        { Description = "Largest share of harmless texts that may be found, such as 0.1% or 0.001.", HelpName = "share", DefaultValueFactory = _ => DefaultRate };
        rate.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && Share(token.Value) is null)
                result.AddError($"value '{token.Value}' of --rate is no share between 0 and 100 %; write 10 % as 10% or 0.1");
        });
        var place = new Option<string>("--place")
        {
            Description = $"With files: place of the texts, one of {string.Join(", ", Words.All<MessagePlace>())}.",
            HelpName = "place",
            DefaultValueFactory = _ => Words.Of(MessagePlace.Result),
        };
        place.AcceptOnly(Words.All<MessagePlace>());
        var action = new Option<string>("--action")
        { Description = "Action of the rules: annotate, ask or block.", HelpName = "action", DefaultValueFactory = _ => Words.Of(InspectionAction.Annotate) };
        action.AcceptOnly([.. Words.All<InspectionAction>().Skip(1)]);
        var command = new Command("calibrate",
            """
            Print the rules under which at most a wished share of harmless messages is found, for each place. The command counts how many
            texts, or exchanges of the audit log, have a finding at each confidence, and states how far so few texts can prove a share.

            With files: each line of JSON Lines (.jsonl, .ndjson) and each other file is one text. All texts must be harmless.
            Without files: every finding in the audit log counts as a false alarm. Read the log first (gatehouse detect replay), and
            suppress nothing that is an attack: a log with attacks makes the rules too weak. Each exchange counts once for each place.

            The printed list is the value of inspection.messages.rules. It has the rules of the configuration too. The calibrated rules are
            where those of an earlier calibration were, or at the end. Above the chosen confidence, no finding gets less action than by the
            preset. The command names each finding that gets less than before, also for each server and tool that a rule names: below the
            confidence it is only recorded. Without --config, it compares with the preset default. The rules are in shadow until you set
            their mode to enforce.

            Examples:
              gatehouse detect calibrate --rate 0.1% --place resource own-pages/
              gatehouse detect calibrate --config gatehouse.yaml --rate 0.5% --action block

            Exit codes: 0 done, 1 the rules leave out a finding that is too frequent, 2 wrong command line, 3 nothing to count.
            """) { files, rate, place, action };
        options.AddTo(command);
        command.Check(result =>
        {
            if (result.GetValue(files) is { Length: > 0 } && options.NamesLog(result)) result.AddError("give files, or a log, not both");
        });
        command.SetAction((parsed, _) =>
        {
            var wished = Words.Parse<InspectionAction>(parsed.GetValue(action)!);
            var request = new Request(Share(parsed.GetValue(rate)!)!.Value, wished, parsed.GetValue(options.Json));
            return RunAsync(request, options, parsed, parsed.GetValue(files) ?? [], Words.Parse<MessagePlace>(parsed.GetValue(place)!));
        });
        return command;
    }

    private static async Task<int> RunAsync(Request request, DetectLogOptions options, ParseResult parsed, string[] files, MessagePlace place)
    {
        if (files.Length == 0)
            return options.Answer(parsed, options.NamesConfiguration(parsed), (exchanges, settings) =>
                (request with { InForce = settings?.Inspection.Messages }).Answer(RecordedSamples.Of(exchanges), "exchange", []));
        if (!options.TryLoad(parsed, out var configured)) return ExitCodes.Usage;
        request = request with { InForce = configured?.Inspection.Messages };
        var sample = new CalibrationSample(place);
        var scores = new List<double>();
        var progress = Progress.Of("judging texts");
        var unread = false;
        await using (progress.ConfigureAwait(false))
        {
            foreach (var file in TextFile.Expand(files))
            {
                progress.Continue($"judging {file}");
                if (new TextFile(place, isForced: true).Read(file, Count) is not { } reason) continue;
                unread = true;
                progress.Without(() => Terminal.NoteLine($"{file}: not read: {reason}"));
            }
        }

        return unread ? ExitCodes.Unavailable : request.Answer(sample.Count == 0 ? [] : [sample], "text", scores);

        void Count(InspectedText text)
        {
            sample.Count++;
            scores.Add(text.Judgement.Score);
            sample.Add([.. text.Judgement.Findings.Select(one => (one.Rule.Id, one.Confidence)), .. Unread(text)]);
        }
    }

    private static IEnumerable<(string, Confidence)> Unread(InspectedText text) =>
        text.Judgement.IsUnread ? [(DetectionRules.Unread.Id, Confidence.High)] : [];

    private static double? Share(string text)
    {
        var isPercent = text.EndsWith('%');
        var digits = isPercent ? text[..^1].Trim() : text;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
        var share = isPercent ? number / 100 : number;
        return share is > 0 and < 1 ? share : null;
    }

    private sealed record Request(double Rate, InspectionAction Action, bool Json)
    {
        public MessageInspectionSettings? InForce { get; init; }

        public int Answer(IReadOnlyList<CalibrationSample> samples, string unit, List<double> scores)
        {
            if (samples.Count == 0)
            {
                Terminal.Fault($"there is no {unit} to count");
                return ExitCodes.Unavailable;
            }

            var all = samples.Select(sample => new Calibration(sample, Rate)).ToList();
            var rules = new CalibratedRules(all, Action, InForce);
            if (Json) JsonOutput.Write("calibration", Facts(all, unit, rules));
            else Print(all, unit, scores, rules);
            return all.TrueForAll(one => one.LeftOut.Count == 0) ? ExitCodes.Done : ExitCodes.No;
        }

        private JsonObject Facts(List<Calibration> all, string unit, CalibratedRules rules) => new JsonFields
        {
            ["rate"] = Rate,
            ["unit"] = unit,
            ["places"] = all.Select(Facts).ToJsonArray(),
            ["comparedWith"] = rules.Before,
            ["replaced"] = rules.Replaced.ToJsonArray(),
            ["notCompared"] = rules.NotCompared.ToJsonArray(),
            ["weaker"] = rules.Weaker(inForce: true).Select(Facts).ToJsonArray(),
            ["weakerInShadow"] = rules.Weaker(inForce: false).Select(Facts).ToJsonArray(),
            ["rules"] = string.Join('\n', rules.Yaml()),
        };

        private static JsonFields Facts(WeakerAction one) => new()
        {
            ["finding"] = one.Finding,
            ["place"] = Words.Of(one.Place),
            ["server"] = one.Server,
            ["tool"] = one.Tool,
            ["confidence"] = Words.Of(one.Confidence),
            ["was"] = Words.Of(one.Was),
            ["now"] = Words.Of(one.Now),
        };

        private void Print(List<Calibration> all, string unit, List<double> scores, CalibratedRules rules)
        {
            foreach (var one in all) Print(one, unit);
            if (scores.Count > 0) Terminal.Row(Spread(scores, all[0].Place));
            if (rules.Replaced.ToList() is { Count: > 0 } replaced)
                Terminal.Row($"The printed rules replace those of an earlier calibration: {string.Join(", ", replaced)}.");
            PrintWeaker(rules);
            Terminal.Note($"\nRules for at most {Words.Percent(Rate)} of harmless messages. The list is complete: put it in the place of `rules` in the configuration, and keep the other keys of `inspection`. The calibrated rules are in shadow until `mode: enforce`:\n");
            Terminal.Lines(rules.Yaml());
        }

        private void Print(Calibration one, string unit)
        {
            Terminal.Row($"{Words.Of(one.Place)}: {Counted.Of(one.Count, unit)}");
            foreach (var confidence in Enum.GetValues<Confidence>().Order())
            {
                var (found, share, most) = one.At(confidence);
                Terminal.Row($"  {Words.Of(confidence) + " or more",-15} {found,6} found, {Words.Percent(share)} (95 %: at most {Words.Percent(most)}){(one.Least == confidence ? "  <- chosen" : "")}");
            }

            if (one.LeftOut.Count > 0) Terminal.Row($"  too frequent even at high confidence, and not counted above: {string.Join(", ", one.LeftOut)}");
            if (one.At(one.Least).AtMost > Rate)
                Terminal.Row($"  too few to prove {Words.Percent(Rate)}: without any finding, that takes {Counted.Of(one.Needed, unit)}");
        }

        private static void PrintWeaker(CalibratedRules rules)
        {
            var inShadow = rules.Weaker(inForce: false);
            if (inShadow.Count > 0)
            {
                Terminal.Row($"Weaker than {rules.Before}, already while the calibrated rules are in shadow:");
                Terminal.Lines(WeakerAction.Lines(inShadow));
            }

            var left = rules.NotCompared.ToList();
            if (rules.Weaker(inForce: true) is { Count: > 0 } weaker)
            {
                Terminal.Row($"Weaker than {rules.Before}, once the calibrated rules are in force:");
                Terminal.Lines(WeakerAction.Lines(weaker));
            }
            else
            {
                Terminal.Row(left.Count > 0 ? $"The comparison with {rules.Before} is not complete:"
                    : $"{(inShadow.Count > 0 ? "Once the calibrated rules are in force, no" : "No")} finding gets less action than by {rules.Before}.");
            }

            foreach (var one in left) Terminal.Row($"  {one}");
        }

        private static JsonFields Facts(Calibration one) => new()
        {
            ["place"] = Words.Of(one.Place),
            ["count"] = one.Count,
            ["found"] = new JsonObject(Enum.GetValues<Confidence>()
                .Select(confidence => KeyValuePair.Create(Words.Of(confidence), (JsonNode?)Facts(one.At(confidence))))),
            ["confidence"] = Words.Of(one.Least),
            ["leftOut"] = one.LeftOut.ToJsonArray(),
            ["needed"] = one.Needed,
        };

        private static JsonObject Facts((int Found, double Share, double AtMost) at) => new JsonFields
        {
            ["count"] = at.Found,
            ["share"] = at.Share,
            ["atMost"] = at.AtMost,
        };

        // Short texts have no score.
        private static string Spread(List<double> scores, MessagePlace place)
        {
            var sorted = scores.Where(double.IsFinite).Order().ToList();
            if (sorted.Count == 0) return "scores: none; the texts are too short for the learned model";
            string At(double share) => Words.Score(sorted[(int)(share * (sorted.Count - 1))]);
            return $"scores of {Counted.Of(sorted.Count, "text")}: half below {At(0.5)}, 99 % below {At(0.99)}, highest {Words.Score(sorted[^1])}; {FindingReport.Thresholds(place)}";
        }
    }
}
