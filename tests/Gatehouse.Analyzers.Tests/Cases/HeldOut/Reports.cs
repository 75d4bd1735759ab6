using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Server;

namespace HeldOut.Reports;

public readonly record struct Period(string From, string To);

public sealed record Job(string Name, Step[] Steps);

public sealed record Step(string Tool, string[] Words);

public abstract class Exporter
{
    public abstract void Export(string target, string content);
}

public sealed class DiskExporter : Exporter
{
    public override void Export(string target, string content)
    {
        using var stream = new FileStream(target, FileMode.Create); // finds GHA0002
        using var writer = new StreamWriter(stream);
        writer.Write(content);
    }
}

public static class Strings
{
    public static string OrDefault(this string? text, string other) => string.IsNullOrWhiteSpace(text) ? other : text;

    public static string Quoted(this string text) => "\"" + text + "\"";
}

[McpServerToolType]
public sealed class ReportTools
{
    private readonly Exporter exporter = new DiskExporter();
    private readonly string folder;

    public ReportTools(IConfiguration configuration) => folder = Path.GetFullPath(configuration["Reports:Folder"] ?? "reports") + Path.DirectorySeparatorChar;

    [McpServerTool, Description("Runs the steps of a job.")]
    public static int RunJob(Job job)
    {
        foreach (var step in job.Steps)
        {
            var line = step.Words.Aggregate(step.Tool, (sum, word) => sum + " " + word);
            using var process = Process.Start("/usr/bin/env", line); // finds GHA0001
            process.WaitForExit();
        }

        return job.Steps.Length;
    }

    [McpServerTool]
    public void Save(string target, string content) => exporter.Export(target, content);

    [McpServerTool]
    public static string Convert(string input, string? format)
    {
        var command = $"convert {input.Quoted()} out.{format.OrDefault("png")}";
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command); // finds GHA0001
        using var process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }

    [McpServerTool]
    public static async Task<string> First(IReadOnlyList<string> candidates, CancellationToken cancellation)
    {
        var chosen = candidates.FirstOrDefault(name => name.EndsWith(".txt", StringComparison.Ordinal)) ?? "readme.txt";
        return await File.ReadAllTextAsync(chosen, cancellation); // finds GHA0002
    }

    [McpServerTool]
    public static string OfNode(JsonObject options)
    {
        var name = (string?)options["file"] ?? "x";
        return File.ReadAllText(Path.Combine("data", name)); // finds GHA0002
    }

    [McpServerTool]
    public static IEnumerable<string> Lines(string name)
    {
        foreach (var line in ReadLines(name)) yield return line.ToUpperInvariant();
    }

    private static IEnumerable<string> ReadLines(string name)
    {
        using var reader = File.OpenText(name); // finds GHA0002
        while (reader.ReadLine() is { } line) yield return line;
    }

    [McpServerTool]
    public static void Copy(string from, string to)
    {
        var work = new Action<string, string>((one, other) => File.Copy(one, other)); // finds GHA0002
        work(from, to);
    }

    [McpServerTool]
    public static string Cached(string key)
    {
        var lazy = new Lazy<string>(() => File.ReadAllText("/cache/" + key)); // finds GHA0002
        return lazy.Value;
    }

    [McpServerTool]
    public static async Task<string> Racing(string one, string other)
    {
        var tasks = new[] { one, other }.Select(path => Task.Run(() => File.ReadAllText(path))); // finds GHA0002
        return await await Task.WhenAny(tasks);
    }

    [McpServerTool]
    public static string WithPair(string name)
    {
        var pair = (Folder: "/data", Name: name);
        return File.ReadAllText(pair.Folder + "/" + pair.Name); // finds GHA0002
    }

    [McpServerTool]
    public static string OfDictionary(Dictionary<string, string> options)
    {
        if (!options.TryGetValue("path", out var path)) return "no path";
        return File.ReadAllText(path); // finds GHA0002
    }

    [McpServerTool]
    public static string LateOut(string text)
    {
        Split(text, out var head, out _);
        return File.ReadAllText(head); // finds GHA0002
    }

    private static void Split(string text, out string head, out string tail)
    {
        var at = text.IndexOf(':');
        head = at < 0 ? text : text[..at];
        tail = at < 0 ? "" : text[(at + 1)..];
    }

    [McpServerTool]
    public static string Loop(string name)
    {
        var path = "a";
        for (var round = 0; round < 3; round++)
        {
            if (round == 2) return File.ReadAllText(path); // finds GHA0002
            path = name;
        }

        return "";
    }

    [McpServerTool]
    public static string Started(string browser) =>
        Process.Start(new ProcessStartInfo { UseShellExecute = true, FileName = browser })!.ProcessName; // finds GHA0001

    [McpServerTool] // clean
    public string Report(string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name + ".md"));
        if (path.StartsWith(folder, StringComparison.Ordinal) is false) throw new ArgumentException("no such report");
        return File.ReadAllText(path);
    }

    [McpServerTool] // clean
    public static string Between(Period period)
    {
        var from = DateOnly.ParseExact(period.From, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return File.ReadAllText($"/reports/{from:yyyyMMdd}.md");
    }

    [McpServerTool] // clean
    public static string ById(string id)
    {
        if (!Guid.TryParse(id, out var parsed)) return "no id";
        return File.ReadAllText(Path.Combine("/reports", parsed.ToString("N") + ".md"));
    }

    [McpServerTool] // clean
    public static string Lookup(string kind)
    {
        var file = kind switch
        {
            "daily" => "/reports/daily.md",
            "weekly" => "/reports/weekly.md",
            _ => "/reports/other.md",
        };
        return File.ReadAllText(file);
    }

    [McpServerTool] // clean
    public static int Echo(string text)
    {
        using var process = Process.Start("/usr/bin/wc", ["-w"]);
        process.StandardInput.Write(text);
        return process.ExitCode;
    }

    [McpServerTool] // clean
    public static string Match(string name)
    {
        var entry = Directory.EnumerateFiles("/reports").FirstOrDefault(path => Path.GetFileName(path) == name);
        return entry is null ? "none" : File.ReadAllText(entry);
    }

    [McpServerTool] // clean
    public static string Hash(string text)
    {
        var digest = System.Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        var path = $"/cache/{digest}";
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    [McpServerTool] // clean
    public static string Slug(string title)
    {
        var slug = new string([.. title.Where(char.IsLetterOrDigit)]);
        return File.ReadAllText($"/posts/{slug}.md");
    }

    [McpServerTool] // clean
    public static string Guarded(string name)
    {
        if (name is "a.txt" or "b.txt")
        {
            return File.ReadAllText("/data/" + name);
        }

        return "unknown";
    }

    [McpServerTool] // clean
    public static void Commit(string message)
    {
        var start = new ProcessStartInfo { FileName = "git", RedirectStandardOutput = true };
        foreach (var argument in new[] { "commit", "-m", message }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start);
    }
}
