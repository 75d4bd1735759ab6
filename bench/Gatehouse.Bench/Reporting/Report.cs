using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Bench.Reporting;

/// <summary>All that one run found, as Markdown for people and JSON for comparison.</summary>
internal sealed class Report(Machine machine, BenchOptions options)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    private readonly List<Goal> goals = [];
    private readonly List<Table> tables = [];

    public void Judge(string id, string what, string measured, bool reached, string limit) => goals.Add(new Goal(id, what, measured, reached, limit));

    public void Add(Table table) => tables.Add(table);

    public string Write()
    {
        Directory.CreateDirectory(options.Output);
        var name = Path.Combine(options.Output, machine.FileName);
        File.WriteAllText(name + ".md", Markdown());
        File.WriteAllText(name + ".json", JsonSerializer.Serialize(
            new { version = 1, machine, mode = options.Mode, areas = options.Areas, goals, tables }, Format) + "\n");
        return name + ".md";
    }

    private string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Benchmarks of {machine.At:d MMMM yyyy}\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"{machine.Cpu}, {machine.Cores} cores, {machine.System}, {machine.Runtime}; {options.Mode} run of: {string.Join(", ", options.Areas)}.\n");
        text.Append(CultureInfo.InvariantCulture,
            $"Generator, gateway and server share the cores: trust ratios of one run, then CPU per request, then p50; requests/s are low bounds. "
                + $"Ratios are medians of {options.Rounds} alternating rounds of {options.Round.TotalSeconds} s.\n");
        if (goals.Count > 0) WriteGoals(text);
        foreach (var table in tables) WriteTable(text, table);
        return text.ToString();
    }

    private void WriteGoals(StringBuilder text)
    {
        text.Append("\n## Goals\n\n| id | goal | measured | | what limits |\n|---|---|---|---|---|\n");
        foreach (var goal in goals)
            text.Append(CultureInfo.InvariantCulture,
                $"| {goal.Id} | {goal.What} | {goal.Measured} | {(goal.IsReached ? "reached" : "**not reached**")} | {goal.Limit} |\n");
    }

    private static void WriteTable(StringBuilder text, Table table)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"\n## {table.Title}\n\n| {string.Join(" | ", table.Columns)} |\n|{string.Concat(Enumerable.Repeat("---|", table.Columns.Count))}\n");
        foreach (var row in table.Rows) text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        if (table.Notes.Count > 0) text.Append('\n');
        foreach (var note in table.Notes) text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
    }
}
