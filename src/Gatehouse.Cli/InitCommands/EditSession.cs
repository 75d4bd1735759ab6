using Gatehouse.Cli.Output;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>The common procedure of <c>init</c> and <c>undo</c>: show, ask, carry out, report.</summary>
/// <param name="Kind">Name of the verb; also the kind of the JSON.</param>
/// <param name="Question">The question to the person.</param>
/// <param name="Nothing">The text when nothing changes.</param>
internal sealed record EditSession(string Kind, string Question, string Nothing)
{
    public required bool DryRun { get; init; }

    public required bool Yes { get; init; }

    public required bool Json { get; init; }

    private static int Width => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 160);

    /// <summary>Runs it and returns the exit code.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ledger">The ledger that it was made with.</param>
    /// <param name="selection">The selection of the command line.</param>
    /// <param name="then">The steps after files were changed; their exit code counts when it is not 0.</param>
    /// <param name="cancellation">Ends the wait for the answer of the person.</param>
    public async Task<int> RunAsync(EditPlan plan, WrapLedger ledger, EditSelection selection, Func<EditPlan, Task<EditFinish>> then,
        CancellationToken cancellation)
    {
        // With JSON on stdout a person still reads the question.
        var screen = new EditText(Json ? false : Terminal.IsColoured, Width).Plan(plan, Nothing).ToString();
        Terminal.Screen(screen, beside: Json);
        if (Missing(plan, selection) is { } missing)
        {
            Terminal.Fault(missing);
            return Told("missing", plan, null, ExitCodes.No);
        }

        if (DryRun) return Told("planned", plan, null, Code(plan));
        if (plan.Files.Count > 0 && !Yes
            && await TerminalConfirmation.AskAsync(Question, cancellation).ConfigureAwait(false) is { IsGiven: false } answer)
        {
            Terminal.Note($"Nothing was changed, because {answer.Reason}. --yes accepts the edits that are shown.");
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

    // A named file or server must be there: a typing error is not to look like success.
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
