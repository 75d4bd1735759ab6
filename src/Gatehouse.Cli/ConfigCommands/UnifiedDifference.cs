using System.Globalization;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>
/// The unified difference of two texts by lines, with the algorithm of Myers (1986). Work and memory are bounded. Lines are compared with what is
/// hidden in them.
/// </summary>
internal static class UnifiedDifference
{
    private const int Context = 3;

    // Beside a line that replaces one with another hidden text: both look alike.
    private const string Changed = "  (changed, not shown)";

    // The memory grows with the square. Texts that differ in more lines are shown as one block.
    private const int MostEdits = 2000;

    /// <summary>Returns the hunks, each with its head. Empty for equal texts.</summary>
    public static IReadOnlyList<string> Hunks(IReadOnlyList<ShownLine> before, IReadOnlyList<ShownLine> after)
    {
        var edits = Edits(before, after);
        var shown = new List<string>();
        for (var at = 0; at < edits.Count;)
        {
            if (edits[at].Sign == ' ')
            {
                at++;
                continue;
            }

            var first = Math.Max(0, at - Context);
            var last = EndOfHunk(edits, at);
            AddHunk(shown, edits, first, last);
            at = last;
        }

        return shown;
    }

    // The changes of a hunk are at most two contexts apart.
    private static int EndOfHunk(List<Edit> edits, int at)
    {
        var end = at;
        for (var next = at; next < edits.Count && next - end <= 2 * Context; next++)
        {
            if (edits[next].Sign != ' ') end = next;
        }

        return Math.Min(edits.Count, end + 1 + Context);
    }

    private static void AddHunk(List<string> shown, List<Edit> edits, int first, int last)
    {
        var hunk = edits[first..last];
        var old = hunk.Count(edit => edit.Sign != '+');
        var now = hunk.Count(edit => edit.Sign != '-');
        shown.Add(string.Create(CultureInfo.InvariantCulture,
            $"@@ -{edits[first].Old + (old > 0 ? 1 : 0)},{old} +{edits[first].New + (now > 0 ? 1 : 0)},{now} @@"));
        var replaced = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var before = ' ';
        foreach (var edit in hunk)
        {
            if (edit.Sign == ' ' || (edit.Sign == '-' && before == '+')) replaced.Clear();
            before = edit.Sign;
            shown.Add(edit.Sign + edit.Line.Text + (IsChangedUnseen(edit, replaced) ? Changed : ""));
        }
    }

    // A new line with a hidden text, where lines that it replaces are the same up to there and none of them hides this text.
    private static bool IsChangedUnseen(Edit edit, Dictionary<string, HashSet<string>> replaced)
    {
        var (beginning, hidden) = (Beginning(edit.Line), edit.Line.HiddenText);
        if (edit.Sign == ' ' || hidden.Length == 0) return false;
        if (edit.Sign == '+') return replaced.TryGetValue(beginning, out var known) && !known.Contains(hidden);
        if (!replaced.TryGetValue(beginning, out var all)) replaced[beginning] = all = new HashSet<string>(StringComparer.Ordinal);
        all.Add(hidden);
        return false;
    }

    private static string Beginning(ShownLine line) => line.Text[..Math.Max(0, line.Text.IndexOf('<', StringComparison.Ordinal))];

    private static List<Edit> Edits(IReadOnlyList<ShownLine> before, IReadOnlyList<ShownLine> after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && before[start] == after[start]) start++;
        var end = 0;
        while (end < before.Count - start && end < after.Count - start && before[^(end + 1)] == after[^(end + 1)]) end++;
        var edits = new List<Edit>();
        for (var at = 0; at < start; at++) edits.Add(new Edit(' ', before[at], at, at));
        AddMiddle(edits, before, after, start, before.Count - end, after.Count - end);
        for (var at = 0; at < end; at++)
            edits.Add(new Edit(' ', before[before.Count - end + at], before.Count - end + at, after.Count - end + at));
        return edits;
    }

    private static void AddMiddle(
        List<Edit> edits, IReadOnlyList<ShownLine> before, IReadOnlyList<ShownLine> after, int start, int oldEnd, int newEnd)
    {
        var (x, y) = (start, start);
        foreach (var (oldTo, newTo) in Matches(before, after, start, oldEnd, newEnd).Append((oldEnd, newEnd)))
        {
            for (; x < oldTo; x++) edits.Add(new Edit('-', before[x], x, y));
            for (; y < newTo; y++) edits.Add(new Edit('+', after[y], x, y));
            if (x < oldEnd && y < newEnd) edits.Add(new Edit(' ', before[x], x++, y++));
        }
    }

    // The pairs of equal lines, in order; none where the texts differ in too many.
    private static List<(int Old, int New)> Matches(
        IReadOnlyList<ShownLine> before, IReadOnlyList<ShownLine> after, int start, int oldEnd, int newEnd)
    {
        var (rows, columns) = (oldEnd - start, newEnd - start);
        var most = Math.Min(MostEdits, rows + columns);
        var reach = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= most; edits++)
        {
            trace.Add(reach[(most + 1 - edits)..(most + 2 + edits)]);
            for (var k = -edits; k <= edits; k += 2)
            {
                var x = k == -edits || (k != edits && reach[most + k] < reach[most + k + 2]) ? reach[most + k + 2] : reach[most + k] + 1;
                while (x < rows && x - k < columns && before[start + x] == after[start + x - k]) x++;
                reach[most + 1 + k] = x;
                if (x >= rows && x - k >= columns) return Back(trace, start, rows, columns);
            }
        }

        return [];
    }

    private static List<(int Old, int New)> Back(List<int[]> trace, int start, int rows, int columns)
    {
        var matches = new List<(int, int)>();
        var (x, y) = (rows, columns);
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            var k = x - y;
            int At(int diagonal) => Math.Abs(diagonal) <= edits ? trace[edits][diagonal + edits] : -1;
            var from = k == -edits || (k != edits && At(k - 1) < At(k + 1)) ? k + 1 : k - 1;
            var (oldX, oldY) = (At(from), At(from) - from);
            var stop = from < k ? (oldX + 1, oldY) : (oldX, oldY + 1);
            while (x > stop.Item1 && y > stop.Item2) matches.Add((start + --x, start + --y));
            (x, y) = (oldX, oldY);
        }

        while (x > 0 && y > 0) matches.Add((start + --x, start + --y));
        matches.Reverse();
        return matches;
    }

    private readonly record struct Edit(char Sign, ShownLine Line, int Old, int New);
}
