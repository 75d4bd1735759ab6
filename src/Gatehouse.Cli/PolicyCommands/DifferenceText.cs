using System.Text;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Differences;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>
/// The lines of a comparison. Examples of one permit that differ only in direction or in the kind of target are one line, and an example has only
/// what some rule asks for.
/// </summary>
/// <param name="rules">The rules of both policies.</param>
internal sealed class DifferenceText(IReadOnlyList<PolicyRule> rules)
{
    private const int MostLines = 12;
    private const int MostTargets = 8;

    private readonly bool asksForClient = rules.Any(rule => rule.Who?.Clients is not null);
    private readonly bool asksForTime = rules.Any(rule => rule.When.Any(AsksForTime));

    /// <summary>Returns the lines. Outside text in them is not escaped yet.</summary>
    public IEnumerable<string> Lines(PolicyComparison comparison)
    {
        if (comparison.Differences.Count == 0 && comparison.NoLongerAsked.Count == 0) yield return "no differences";
        foreach (var kind in comparison.Differences.GroupBy(difference => difference.IsPermitted))
        {
            foreach (var line in Section(kind.Key ? "newly permitted:" : "no longer permitted:", kind)) yield return line;
        }

        if (comparison.NoLongerAsked.Count == 0) yield break;
        foreach (var line in Section("newly permitted without approval:", comparison.NoLongerAsked)) yield return line;
    }

    private IEnumerable<string> Section(string title, IEnumerable<PolicyDifference> differences)
    {
        yield return title;
        foreach (var rule in differences.GroupBy(difference => difference.Rule))
        {
            yield return Heading(rule.Key);
            var lines = Examples(rule).ToList();
            foreach (var line in lines.Take(MostLines)) yield return "    " + line;
            if (lines.Count > MostLines) yield return $"    and {Counted.Of(lines.Count - MostLines, "more class of requests", "more classes of requests")}";
        }
    }

    private static string Heading(PolicyRule rule) =>
        $"  by {rule.Id}{(rule.Place is null ? "" : $" ({rule.Place})")}{(rule.Description is null ? "" : $": {rule.Description}")}";

    private IEnumerable<string> Examples(IEnumerable<PolicyDifference> differences) => differences
        .GroupBy(difference => (Target: Target(difference.Request), Request: Others(difference)))
        .Select(same => (same.Key, Directions: List([.. same.Select(Direction).Distinct(StringComparer.Ordinal)])))
        .GroupBy(example => (example.Directions, example.Key.Request))
        .Select(line => $"{line.Key.Directions}: {List([.. line.Select(example => example.Key.Target)])} of {line.Key.Request}");

    private static string Direction(PolicyDifference difference) => difference.Request.Direction.ToString().ToLowerInvariant();

    private static string Target(in PolicyRequest request)
    {
        var method = request.Method;
        if (request.Name is not { } name) return $"methods such as {method}";
        var target = $"{request.Target.ToString().ToLowerInvariant()} {name}";
        return method switch
        {
            "tools/call" or "prompts/get" or "resources/read" => target,
            "completion/complete" => $"completion of {target}",
            _ => $"{method} of {target}",
        };
    }

    private string Others(PolicyDifference difference)
    {
        var request = difference.Request;
        var text = $"{request.Server}, as {(asksForClient ? difference.Caller : difference.Caller with { Client = null })}";
        if (!difference.IsCertain) return text + ": undecidable, because the comparison found no example request";
        if (!request.Arguments.IsEmpty) text += $", with {Encoding.UTF8.GetString(request.Arguments.Span)}";
        return request.At == default || !asksForTime ? text : $"{text}, at {Moments.Rfc3339(request.At)}";
    }

    private static string List(IReadOnlyList<string> words)
    {
        if (words.Count > MostTargets) words = [.. words.Take(MostTargets), $"{words.Count - MostTargets} more"];
        return words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";
    }

    private static bool AsksForTime(Condition condition) => condition switch
    {
        TimeCondition => true,
        AllCondition all => all.Parts.Any(AsksForTime),
        AnyCondition any => any.Parts.Any(AsksForTime),
        NotCondition not => AsksForTime(not.Part),
        _ => false,
    };
}
