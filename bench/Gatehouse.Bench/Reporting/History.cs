using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Bench.Reporting;

/// <summary>
/// The page of what was measured over time, from the results in <c>bench/results</c> that git has: each goal with its measurements, the oldest
/// first, and the comparisons and profiles.
/// </summary>
internal static class History
{
    /// <summary>Writes <c>bench/history.md</c>, or compares it.</summary>
    /// <param name="root">The root of the repository.</param>
    /// <param name="isCheck">True to write nothing.</param>
    /// <returns>The exit code: 1 where the page was to be checked and is not what the results say.</returns>
    public static async Task<int> RunAsync(string root, bool isCheck)
    {
        var page = Path.Combine(root, "bench", "history.md");
        var text = Page(await KeptAsync(root).ConfigureAwait(false));
        if (!isCheck)
        {
            await File.WriteAllTextAsync(page, text).ConfigureAwait(false);
            Console.WriteLine(page);
            return 0;
        }

        if (File.Exists(page) && await File.ReadAllTextAsync(page).ConfigureAwait(false) == text) return 0;
        await Console.Error.WriteLineAsync("bench/history.md is not what bench/results says. Run: bench/run history").ConfigureAwait(false);
        return 1;
    }

    // Results that a run has just written are not kept yet: git has no name for them.
    private static async Task<IEnumerable<string>> KeptAsync(string root)
    {
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["-C", root, "ls-files", "bench/results/*.json"])
        { RedirectStandardOutput = true })!;
        var names = await git.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await git.WaitForExitAsync().ConfigureAwait(false);
        return names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => Path.Combine(root, name)).Where(File.Exists);
    }

    private static string Page(IEnumerable<string> files)
    {
        var results = files.Select(Result.Read)
            .OrderBy(static result => result.At).ThenBy(static result => result.Name, StringComparer.Ordinal).ToList();
        var text = new StringBuilder("# History of the benchmarks\n\n");
        text.Append("This page is for developers. It shows what was measured of each goal over time. `bench/run history` makes it from the results in\n");
        text.Append("[results](results); goals change, and each row has its own. Rows of different machines, or of one machine at different times, are no\n");
        text.Append("comparison: `bench/run compare` makes one, in a single run.\n");
        var goals = results.SelectMany(static result => result.Goals).GroupBy(static goal => goal.Id);
        foreach (var goal in goals.OrderBy(static goal => Order(goal.Key)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {goal.Key}\n\n| date | goal | measured | | result |\n|---|---|---|---|---|\n");
            foreach (var row in goal)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"| {row.Of.Day} | {row.What} | {row.Measured} | {(row.IsReached ? "reached" : "**not reached**")} | {row.Of.Link} |\n");
            }
        }

        text.Append("\n## Comparisons and profiles\n\n| date | tables | processor | result |\n|---|---|---|---|\n");
        foreach (var result in results.Where(static result => result.Goals.Count == 0))
            text.Append(CultureInfo.InvariantCulture, $"| {result.Day} | {string.Join("; ", result.Tables)} | {result.Cpu} | {result.Link} |\n");
        return text.ToString();
    }

    // P2 comes before P10, and goals that are named after a requirement come last.
    private static (bool IsNamed, char Letter, int Number, string Id) Order(string id)
    {
        var isNumbered = int.TryParse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && id[0] is 'N' or 'P';
        return isNumbered ? (false, id[0], number, id) : (true, ' ', 0, id);
    }

    private sealed record Row(Result Of, string Id, string What, string Measured, bool IsReached);

    private sealed record Result(string Name, DateTimeOffset At, string Cpu, IReadOnlyList<string> Tables)
    {
        public List<Row> Goals { get; } = [];

        public string Day => At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        public string Link => $"[{Name}](results/{Name}.md)";

        public static Result Read(string file)
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            var root = json.RootElement;
            var machine = root.GetProperty("machine");
            var result = new Result(Path.GetFileNameWithoutExtension(file), machine.GetProperty(nameof(At)).GetDateTimeOffset(),
                Text(machine, nameof(Cpu)), [.. root.GetProperty("tables").EnumerateArray().Select(static table => Text(table, "Title"))]);
            result.Goals.AddRange(root.GetProperty("goals").EnumerateArray().Select(goal => new Row(
                result, Text(goal, "Id"), Text(goal, "What"), Text(goal, "Measured"), goal.GetProperty("IsReached").GetBoolean())));
            return result;
        }

        private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
    }
}
