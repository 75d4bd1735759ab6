using System.CommandLine;
using System.Globalization;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The common part of the verbs about locks.</summary>
internal static class LockWork
{
    /// <summary>The lock file when none is named.</summary>
    public const string DefaultFile = "gatehouse.lock";

    /// <summary>Returns the rules by which approvals count: those of the named configuration, otherwise one person's approval.</summary>
    public static ApprovalRules? Rules(string? config)
    {
        if (config is null) return ApprovalRules.Single;
        return CommonOptions.LoadAsServed(config)?.Settings is { } settings
            ? settings.Lock?.Rules ?? ApprovalRules.Single : null;
    }

    /// <summary>Compares and judges the observed servers.</summary>
    public static IReadOnlyList<VerifiedServer> Verify(LockFile file, Observation observation, ApprovalRules rules) =>
        [.. observation.Servers.Select(server => VerifiedServer.Of(file, server, rules, TimeProvider.System.GetUtcNow()))];

    /// <summary>Prints comparisons and gaps.</summary>
    public static void Print(IReadOnlyList<VerifiedServer> servers, IReadOnlyList<Gap> gaps, bool details)
    {
        Terminal.Lines(servers.SelectMany(server => LockText.Of(server, details)));
        foreach (var gap in gaps) Terminal.Data($"{VisibleText.Escape(gap.What)}  not measured: {VisibleText.Escape(gap.Why)}");
    }

    /// <summary>Returns the exit code: no before not measured before yes.</summary>
    public static int Exit(bool isGood, IReadOnlyList<Gap> gaps) =>
        !isGood ? ExitCodes.No : gaps.Any(gap => gap.IsFailure) ? ExitCodes.Unavailable : ExitCodes.Done;

    /// <summary>Reads the end of an approval: <c>2027-01-31</c> or <c>90d</c>.</summary>
    /// <param name="text">The text, or null for never.</param>
    /// <param name="now">The time now.</param>
    /// <param name="ends">The end, or null for never.</param>
    /// <returns>False when it is neither, or not in the future; the fault was printed.</returns>
    public static bool TryReadEnd(string? text, DateTimeOffset now, out DateTimeOffset? ends)
    {
        ends = null;
        if (text is null) return true;
        if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 3650)
            ends = Whole(now.AddDays(days));
        else if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day))
            ends = day;
        if (ends > now) return true;
        Terminal.Fault($"--expires {text}: give a future day such as 2027-01-31, or a number of days such as 90d");
        return false;
    }

    /// <summary>Returns the time to the second, as locks have it.</summary>
    public static DateTimeOffset Whole(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    /// <summary>Reads names on a command line. Returns null when one is none; the fault was printed.</summary>
    public static IReadOnlyList<DefinitionRef>? References(IEnumerable<string> texts)
    {
        var references = new List<DefinitionRef>();
        foreach (var text in texts)
        {
            if (DefinitionRef.TryParse(text, out var reference))
            {
                references.Add(reference);
                continue;
            }

            Terminal.Fault($"{text} is no definition; give server, server/tool or server/tool/name (kinds: tool, prompt, resource, template, "
                + $"instructions, capabilities, server)");
            return null;
        }

        return references;
    }
}
