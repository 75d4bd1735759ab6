using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>
/// The list of questions as it changes, until Ctrl+C: drawn again at a terminal, one line for each change in a pipe. It shows what
/// <c>approval list</c> shows, and no arguments of calls.
/// </summary>
/// <param name="channel">The way to the host.</param>
/// <param name="isJson">True for a JSON object for each change.</param>
internal sealed class ApprovalFollowing(ApprovalChannel channel, bool isJson)
{
    // One reading at most in this time, so that followers take little of the gateway. A reading opens each open question.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private const int MostShown = 8;
    private const int FrameLines = 4; // the first line, the remark, an empty line, and the line of the cursor
    private const string Open = "open";
    private const string Clear = "\u001b[H\u001b[2J";

    private readonly ApprovalChanges changes = new();
    private readonly Queue<IReadOnlyList<string>> newest = new();
    private readonly bool isDrawn = !isJson && Terminal.CanRedrawData;

    /// <summary>Follows until Ctrl+C, or until the host does not answer. Returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                var (reply, code) = await ReadAsync(new ListApprovals(false), isFirst, cancellation).ConfigureAwait(false);
                if (reply is null) return code;
                var now = reply.As<ApprovalList>().Approvals;
                var all = await EndedAsync(now, cancellation).ConfigureAwait(false);
                if (all.Code != ExitCodes.Done) return all.Code;
                Show(now, all.Approvals);
                await Task.Delay(Pause, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done; // Ctrl+C is how it ends
        }
    }

    // A host of wrapped servers that ended is not started again: nothing would be asked there.
    private async Task<(ControlReply? Reply, int Code)> ReadAsync(AdministrativeAction act, bool start, CancellationToken cancellation)
    {
        ControlReply? found = null;
        var code = await channel.ReadAsync(act, reply => found = reply, cancellation, start).ConfigureAwait(false);
        return (found, code);
    }

    // The questions in every state, where one is gone from the list: they say how it ended.
    private async Task<(IReadOnlyList<ApprovalView> Approvals, int Code)> EndedAsync(
        IReadOnlyList<ApprovalView> now, CancellationToken cancellation)
    {
        if (!changes.HasEnded(now)) return ([], ExitCodes.Done);
        var (reply, code) = await ReadAsync(new ListApprovals(true), false, cancellation).ConfigureAwait(false);
        return (reply is null ? [] : reply.As<ApprovalList>().Approvals, code);
    }

    private void Show(IReadOnlyList<ApprovalView> approvals, IReadOnlyList<ApprovalView> all)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var change in changes.Next(approvals, all, now))
        {
            if (isJson) JsonOutput.WriteLine("approvalChange", Json(change));
            else if (isDrawn) Keep(Broken(PartsOf(change, now), Terminal.DataColumns));
            else Terminal.Lines([string.Join("  ", PartsOf(change, now))]);
        }

        if (isDrawn) Draw(approvals, now);
    }

    private static JsonObject Json(ApprovalChange change) => new JsonFields
    {
        ["change"] = change.Change,
        ["at"] = change.At,
        ["approval"] = JsonValue.Create(change.Approval, OutputJson.Default.ApprovalView),
    };

    private void Keep(IReadOnlyList<string> lines)
    {
        if (newest.Count == MostShown) newest.Dequeue();
        newest.Enqueue(lines);
    }

    private void Draw(IReadOnlyList<ApprovalView> approvals, DateTimeOffset now)
    {
        var rows = approvals.Select(one => ApprovalScreen.Row(one, now)).ToList();
        var table = Columns.Rows(ApprovalScreen.Heading, rows, Terminal.DataColumns).ToList();
        // A narrow terminal has several lines of a row, and the heading must not leave the screen.
        var room = Terminal.DataRows - Math.Max(MostShown, newest.Sum(static one => one.Count)) - FrameLines - table[0].Count;
        var shown = table.Skip(1).Reverse().TakeWhile((row, at) => (room -= row.Count) >= 0 || at == 0).Reverse().ToList();
        string[] lines =
        [
            $"questions at {Moments.Words(now)}, read every {Pause.TotalSeconds} s; Ctrl+C ends",
            .. approvals.Count == 0 ? ["no question waits for a person"] : shown.Prepend(table[0]).SelectMany(static row => row),
            .. approvals.Count > shown.Count
                ? [string.Create(CultureInfo.InvariantCulture, $"{approvals.Count - shown.Count} older ones are not shown")] : (string[])[],
            "",
            .. newest.SelectMany(static one => one),
        ];
        var cut = lines.Select(static line => Columns.Cut(line, Terminal.DataColumns));
        Terminal.Screen(Clear + string.Join(Environment.NewLine, cut) + Environment.NewLine, beside: false);
    }

    // Outside text in the row is escaped. The change is the state, except for the time that an open question has left.
    private static IReadOnlyList<string> PartsOf(ApprovalChange change, DateTimeOffset now)
    {
        var row = ApprovalScreen.Row(change.Approval, now);
        string[] state = change.Change == Open ? [row[1]] : [];
        return [Moments.Words(change.At), change.Change.PadRight(8), row[0], .. state, .. row.Skip(2)];
    }

    // As in the list: where a change does not fit into the terminal, its last part is on a line of its own.
    private static IReadOnlyList<string> Broken(IReadOnlyList<string> parts, int? width) =>
        width is { } most && parts.Sum(static part => part.Length + 2) - 2 > most
            ? [string.Join("  ", parts.SkipLast(1)).TrimEnd(), "    " + parts[^1]] : [string.Join("  ", parts)];
}
