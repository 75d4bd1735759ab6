using Gatehouse.Cli.Output;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>What <c>init</c> and <c>undo</c> do alike: show, ask, carry out, tell.</summary>
/// <param name="Kind">Name of the verb; also the kind of the JSON.</param>
/// <param name="Question">What is asked for.</param>
/// <param name="Nothing">What is said when nothing changes.</param>
internal sealed record EditSession(string Kind, string Question, string Nothing)
{
    public required bool DryRun { get; init; }

    public required bool Yes { get; init; }

    public required bool Json { get; init; }

    private static int Width => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 160);

    /// <summary>Runs it to an exit code.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ledger">The ledger that it was made with.</param>
    /// <param name="selection">What was asked for by name.</param>
    /// <param name="then">What follows when files were changed; its exit code counts when it is not 0.</param>
    public async Task<int> RunAsync(EditPlan plan, WrapLedger ledger, EditSelection selection, Func<EditPlan, Task<EditFinish>> then)
    {
        // With JSON on stdout a person still reads what is asked for.
        var screen = new EditText(Json ? false : Terminal.IsColoured, Width).Plan(plan, Nothing).ToString();
        Terminal.Screen(screen, beside: Json);
        if (Missing(plan, selection) is { } missing)
        {
            Terminal.Fault(missing);
            return Told("missing", plan, null, ExitCodes.No);
        }

        if (DryRun) return Told("planned", plan, null, Code(plan));
        if (plan.Files.Count > 0 && !Yes && !TerminalConfirmation.Ask(Question))
        {
            Terminal.Note("Nothing was changed, because the change was not confirmed at a terminal. --yes accepts the edits that are shown.");
            return Told("declined", plan, null, ExitCodes.No);
        }

        var outcome = EditRunner.Run(plan, ledger, TimeProvider.System);
        if (!Json) Terminal.Screen(new EditText(false, Width).Outcome(outcome).ToString(), beside: false);
        if (!outcome.IsDone)
        {
            Terminal.Fault(outcome.Fault!);
            return Told("failed", plan, outcome, ExitCodes.Unavailable);
        }

        if (plan.Files.Count == 0) return Told("nothing", plan, outcome, Code(plan));
        var finish = await then(plan).ConfigureAwait(false);
        return Told("changed", plan, outcome, finish.Code == ExitCodes.Done ? Code(plan) : finish.Code, finish);
    }

    // What was named has to be there: a typing error is not to look like success.
    private static string? Missing(EditPlan plan, EditSelection selection)
    {
        var servers = plan.Servers.Select(server => server.Name).Concat(plan.Left.Select(left => left.Name)).ToHashSet(StringComparer.Ordinal);
        if (selection.Servers.FirstOrDefault(name => !servers.Contains(name)) is { } server)
            return $"the server '{server}' was not found in the selected files";
        var files = plan.Files.Select(file => file.Path).Concat(plan.Left.Select(left => left.Place.File)).Concat(plan.Gaps.Select(gap => gap.What))
            .ToHashSet(StringComparer.Ordinal);
        return selection.Files.FirstOrDefault(path => !files.Contains(path)) is { } file ? $"{file} contains no server" : null;
    }

    private int Told(string result, EditPlan plan, EditOutcome? outcome, int code, EditFinish? finish = null)
    {
        if (Json) JsonOutput.Write(Kind, EditJson.Of(result, plan, outcome, finish));
        return code;
    }

    private static int Code(EditPlan plan) => plan.IsIncomplete ? ExitCodes.Unavailable : ExitCodes.Done;
}
