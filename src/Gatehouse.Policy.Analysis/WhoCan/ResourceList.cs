namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>
/// A reader of names of targets, one a line: <c>tool NAME</c>, <c>prompt NAME</c> or <c>resource URI</c>; <c>#</c> begins a comment line.
/// </summary>
public static class ResourceList
{
    /// <summary>Most lines that are read.</summary>
    public const int MostLines = 10_000;

    /// <summary>Returns the targets at each server. Null when a line cannot be read; its number is given then.</summary>
    public static IReadOnlyList<PolicyResource>? Read(string text, IReadOnlyList<string> servers, out int faultyLine)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n').Select(line => line.Trim()).ToList();
        var names = new List<(PolicyTarget, string)>();
        for (faultyLine = 1; faultyLine <= lines.Count; faultyLine++)
        {
            var line = lines[faultyLine - 1];
            if (line.Length == 0 || line[0] == '#') continue;
            if (faultyLine > MostLines || Parse(line) is not { } name) return null;
            names.Add(name);
        }

        faultyLine = 0;
        return [.. from server in servers from name in names select new PolicyResource(server, name.Item1, name.Item2)];
    }

    private static (PolicyTarget, string)? Parse(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return null;
        var name = line[(space + 1)..].Trim();
        return line[..space] switch
        {
            "tool" => (PolicyTarget.Tool, name),
            "prompt" => (PolicyTarget.Prompt, name),
            "resource" => (PolicyTarget.Resource, name),
            _ => null,
        };
    }
}
