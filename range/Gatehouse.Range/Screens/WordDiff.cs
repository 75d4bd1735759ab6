using System.Diagnostics;
using System.Text.RegularExpressions;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Screens;

/// <summary>Differences by words: as git writes them, and how a person reads the marks.</summary>
internal static partial class WordDiff
{
    /// <summary>What git says, unmodified, without a pager.</summary>
    public static async Task<string> OfGitAsync(RangeFixture fixture, string before, string after)
    {
        var folder = fixture.AnotherFolder("diff");
        await File.WriteAllTextAsync(Path.Combine(folder, "before"), before + "\n").ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "after"), after + "\n").ConfigureAwait(false);
        var start = new ProcessStartInfo(fixture.Tools.Git!,
            ["--no-pager", "diff", "--no-index", "--no-color", "--word-diff=plain", "before", "after"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await errors.ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        // Git answers 1 when there is a difference. What comes before the last '@@' names the files.
        return process.ExitCode == 1 ? text[(text.LastIndexOf("@@\n", StringComparison.Ordinal) + 3)..]
            : throw new InvalidOperationException($"git ended with {process.ExitCode}");
    }

    /// <summary>Stretches that are marked as added.</summary>
    public static IEnumerable<string> AddedIn(string seen) => Added().Matches(seen).Select(match => match.Groups[1].Value);

    /// <summary>The text without what is marked as removed.</summary>
    public static string WithoutRemoved(string seen) => Removed().Replace(seen, "");

    [GeneratedRegex(@"\{\+(.*?)(?:\+\}|$)", RegexOptions.Singleline)]
    private static partial Regex Added();

    [GeneratedRegex(@"\[-.*?-\]", RegexOptions.Singleline)]
    private static partial Regex Removed();
}
