using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Detection.Findings;
using Gatehouse.Files;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>
/// Sources of MCP servers in C#: whether a repository has any, and the findings that <c>gatehouse-analyze</c> printed about them. The program that
/// parses them is another one, because the parser of C# is larger than the scan and cannot be compiled to machine code.
/// </summary>
public static class CSharpSources
{
    /// <summary>Largest report of the program, in bytes.</summary>
    public const int LargestReport = 16 * 1024 * 1024;

    private const int LargestFile = 1024 * 1024;

    private const int Format = 1;

    private static readonly Dictionary<string, FindingRule> Rules = new(StringComparer.Ordinal)
    {
        ["GHA0001"] = FindingRules.SourceCommand,
        ["GHA0002"] = FindingRules.SourcePath,
        ["GHA0003"] = FindingRules.SourceSql,
        ["GHA0004"] = FindingRules.SourceUrl,
        ["GHA0005"] = FindingRules.SourceType,
        ["GHA0006"] = FindingRules.SourceToken,
        ["GHA0007"] = FindingRules.SourceException,
        ["GHA0008"] = FindingRules.SourceAudience,
        ["GHA0009"] = FindingRules.SourceDirect,
    };

    /// <summary>Returns whether a repository has C# sources that declare tools, or may have: what cannot be looked at counts.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">The time that the search may take.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static bool In(string root, TimeProvider time, TimeSpan limit, CancellationToken cancellation)
    {
        var unread = new List<Gap>();
        // A project can compile sources of any folder.
        return new FolderWalk(time, limit, unread) { Everywhere = true }.Walk(root, cancellation).Any(folder => SourcesOf(folder).Any(Declares))
            || unread.Count > 0;
    }

    /// <summary>Returns the findings and gaps of a report of the program.</summary>
    /// <param name="root">The folder that was analysed.</param>
    /// <param name="report">The report, as JSON.</param>
    public static (IReadOnlyList<Finding> Findings, IReadOnlyList<Gap> Gaps) Read(string root, string report)
    {
        try
        {
            var document = JsonNode.Parse(report)!;
            if ((int?)document["format"] != Format) return ([], [Unread(root, "its report has another format; install the part of the same version")]);
            var findings = document["findings"]!.AsArray().Select(Of).ToList();
            var gaps = document["skipped"]!.AsArray().Select(text => new Gap($"C# sources of {root}", (string)text!, true)).ToList();
            if ((int)document["unbound"]! is > 0 and var unbound)
            {
                gaps.Add(new Gap($"C# sources of {root}",
                    $"{unbound} names belong to packages that are not restored; what flows through them was not followed", false));
            }

            return (findings, gaps);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return ([], [Unread(root, "gatehouse-analyze printed no report")]);
        }
    }

    /// <summary>Returns the gap of sources that were not analysed because the program failed.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="why">The cause.</param>
    public static Gap Unread(string root, string why) => new($"C# sources of {root}", why, true);

    /// <summary>Returns the gap of sources that were not analysed because the program is not there.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="folder">The folder in which the program is looked for.</param>
    public static Gap Missing(string root, string folder) => Unread(root, $"there is no gatehouse-analyze in {folder}; "
        + $"make it in a checkout of Gatehouse with dotnet publish src/Gatehouse.Analyzers.CommandLine -c Release -p:UseAppHost=true -o \"{folder}\"");

    private static Finding Of(JsonNode? finding)
    {
        if (!Rules.TryGetValue((string)finding!["rule"]!, out var rule)) throw new FormatException("the report has a rule that is not known");
        var message = (string)finding["message"]!;
        // The remedy is that of the rule.
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        var place = new SourceLocation((string)finding["file"]!, (int)finding["line"]!) { Column = (int)finding["column"]! };
        return new Finding(rule, Confidence.Medium, end < 0 ? message : message[..end], place, null, null);
    }

    private static IEnumerable<string> SourcesOf(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(file => file.EndsWith(".cs", StringComparison.OrdinalIgnoreCase))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [folder]; // it cannot be read as a file either
        }
    }

    private static bool Declares(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget is not null || ToolNames.In(RegularFile.ReadText(file, LargestFile));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return true; // what is too large, a link or cannot be read is not taken for clean: the analysis says so
        }
    }
}
