using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using Gatehouse.Cli.Output;
using Gatehouse.Range.Running;
using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Range.Cli;

/// <summary><c>gatehouse range list|run</c>: the attack range, a program of its own that no other verb loads.</summary>
internal static class RangeCommand
{
    /// <summary>The command, as <c>gatehouse range</c> shows it.</summary>
    public static Command Create() => new("range", "Run attacks against servers, with and without the gateway in front.")
        { List(), Run(), new VersionOption() };

    /// <summary>
    /// A whole command line of this program. People type <c>gatehouse range</c>, so the usage has that name and not the name of this program's file.
    /// </summary>
    public static Command Root()
    {
        var root = new Command("gatehouse") { Create(), new HelpOption() };
        GroupedHelp.Add(root, []);
        return root;
    }

    private static Command List()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "List the exercises.\n\nExample:\n  gatehouse range list") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) JsonOutput.Write("exercises", ExerciseCatalogue.All.Select(Json).ToJsonArray());
            else Terminal.Lines(Columns.Lines(["ID", "TITLE", "OWASP"], [.. ExerciseCatalogue.All.Select(Row)], Terminal.DataColumns));
            return ExitCodes.Done;
        });
        return command;
    }

    private static IReadOnlyList<string> Row(RangeExercise exercise) => [exercise.Id, exercise.Title, string.Join(' ', exercise.Owasp)];

    private static JsonFields Json(RangeExercise exercise) => new()
    {
        ["id"] = exercise.Id,
        ["title"] = exercise.Title,
        ["owasp"] = exercise.Owasp.ToJsonArray(),
        ["rows"] = exercise.Rows.ToJsonArray(),
        ["protection"] = exercise.Protection,
        ["exerciseSteps"] = new JsonFields
        {
            ["vulnerable"] = exercise.Steps.Vulnerable,
            ["exploit"] = exercise.Steps.Exploit,
            ["fix"] = exercise.Steps.Fix,
            ["validate"] = exercise.Steps.Validate,
            ["notDefended"] = exercise.Steps.NotDefended,
        },
    };

    private static Command Run()
    {
        var only = new Option<string[]>("--only")
        { Description = "Only this exercise, or several with commas between them. Can be repeated.", HelpName = "id" };
        var peers = new Option<string?>("--peers")
        { Description = "Folder whose node_modules contains the third-party MCP servers. Default: the folder of the checkout.", HelpName = "folder" };
        var json = CommonOptions.Json();
        var command = new Command("run",
            """
            Run the exercises. Each exploit succeeds against the unprotected server, fails against the gateway, and succeeds again when the protection is replaced.

            Servers, gateways and the identity provider run on loopback, and end with the command.

            Examples:
              gatehouse range run
              gatehouse range run --only session-hijack
            """)
        { only, peers, json };
        command.SetAction((parsed, cancellation) =>
            RunAsync(Ids(parsed.GetValue(only) ?? []), parsed.GetValue(peers), parsed.GetValue(json), cancellation));
        return command;
    }

    private static string[] Ids(string[] given) =>
        [.. given.SelectMany(static text => text.Split(',', StringSplitOptions.TrimEntries))];

    private static async Task<int> RunAsync(string[] only, string? peers, bool json, CancellationToken cancellation)
    {
        if (only.FirstOrDefault(id => ExerciseCatalogue.Find(id) is null) is { } unknown)
        {
            var near = Nearest.Of(unknown, ExerciseCatalogue.All.Select(static one => one.Id));
            Terminal.Fault(unknown.Length == 0 ? "--only names no exercise, or has a comma too many"
                : $"the exercise {unknown} does not exist{(near is null ? "" : $"; did you mean {near}?")}");
            Terminal.Hint("list the exercises with: gatehouse range list");
            return ExitCodes.Usage;
        }

        var chosen = ExerciseCatalogue.All.Where(e => only.Length == 0 || only.Contains(e.Id)).ToList();
        var results = await RunAsync(chosen, Toolbox.Find(peers), json, cancellation).ConfigureAwait(false);
        if (json) JsonOutput.Write("range", RangeReport.Of(results));
        else Sum(results);
        return results.All(r => r.Behaves) ? ExitCodes.Done : ExitCodes.No;
    }

    private static async Task<IReadOnlyList<ExerciseResult>> RunAsync(
        List<RangeExercise> chosen, Toolbox tools, bool json, CancellationToken cancellation)
    {
        var ended = 0;
        var progress = Progress.Of(Name(0));
        await using (progress.ConfigureAwait(false))
        {
            return await RangeRunner.RunAsync(chosen, tools, result =>
            {
                progress.Without(() => Tell(result, json));
                progress.Continue(Name(++ended));
            }, cancellation).ConfigureAwait(false);
        }

        string Name(int at) => at < chosen.Count ? $"exercise {at + 1} of {chosen.Count}: {chosen[at].Id}" : "ending";
    }

    private static void Tell(ExerciseResult result, bool json)
    {
        if (json) return;
        var steps = result.Exercise.Steps;
        Terminal.Data(Terminal.Emphasis($"{result.Exercise.Title}") + $"  ({result.Exercise.Id}; {string.Join(' ', result.Exercise.Owasp)})");
        if (result.Skipped is not null)
        {
            Terminal.Row($"  skipped: {result.Skipped}");
            Terminal.Data("");
            return;
        }

        Terminal.Data($"  vulnerable  {steps.Vulnerable}");
        Terminal.Data($"  exploit     {steps.Exploit}");
        Show(result, RunVariant.Unguarded);
        Terminal.Data($"  fix         {steps.Fix}");
        Show(result, RunVariant.Guarded);
        Terminal.Data($"  validate    {steps.Validate}");
        Terminal.Row($"              taken out: {result.Exercise.Protection}");
        Show(result, RunVariant.Replaced);
        if (steps.NotDefended is { } open) Terminal.Data($"  not defended  {open}");
        Terminal.Data("");
    }

    private static void Show(ExerciseResult result, RunVariant variant)
    {
        var shown = result.Variants.First(a => a.RunVariant == variant);
        if (shown.Fault is not null) Terminal.Row($"              did not run: {shown.Fault}", Terminal.Bad);
        foreach (var attempt in shown.Attempts)
        {
            var isOpen = attempt.IsNotDefended && variant == RunVariant.Guarded;
            var line = $"              {(isOpen ? "not defended: " : "")}{attempt.Name}: {attempt.Observed}";
            if (attempt.Succeeded == attempt.MustSucceed(variant)) Terminal.Row(line, isOpen ? Terminal.Bad : Terminal.Good);
            else Terminal.Row(line + "  <- unexpected", Terminal.Bad);
        }

        if (shown.HonestUseWorks == false) Terminal.Data(Terminal.Bad("              the legitimate use fails"));
        else if (shown.HonestUseWorks == true) Terminal.Data("              the legitimate use passes");
    }

    private static void Sum(IReadOnlyList<ExerciseResult> results)
    {
        foreach (var result in results.Where(r => !r.Behaves)) Terminal.Fault($"{result.Exercise.Id} does not behave as expected");
        var skipped = results.Count(r => r.Skipped is not null);
        var seconds = results.Sum(r => r.Duration.TotalSeconds);
        Terminal.Data(string.Create(CultureInfo.InvariantCulture,
            $"{results.Count(r => r.Behaves) - skipped} of {Counted.Of(results.Count, "exercise")} as expected, {skipped} skipped, {seconds:0.0} s"));
    }
}
