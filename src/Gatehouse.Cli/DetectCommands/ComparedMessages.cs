using Gatehouse.Detection.Messages;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>
/// The messages for which two lists of rules are compared: for each place, a message of a server and a tool that no rule names, and one of each
/// server and tool that a rule in force names. Rules in shadow decide nothing.
/// </summary>
/// <remarks>
/// The text of a pattern is itself a name: the pattern and every wider pattern match it, and nothing else does. It is the example of the pattern.
/// Only names in the overlap of two patterns have no example, and <see cref="Left"/> reports them.
/// </remarks>
internal sealed class ComparedMessages
{
    private readonly string[] servers;
    private readonly string[] tools;
    private readonly List<MessageInspectionRule> ofCallers;

    /// <summary>Reads the names in the rules.</summary>
    public ComparedMessages(IEnumerable<MessageInspectionRule> rules)
    {
        var inForce = rules.Where(rule => !rule.IsShadow).ToList();
        servers = Names(inForce.Select(rule => rule.Servers));
        tools = Names(inForce.Select(rule => rule.Tools));
        ofCallers = [.. inForce.Where(rule => rule.Who is not null)];
    }

    /// <summary>Returns what is not compared, a reason each. Empty when the comparison is complete.</summary>
    public IEnumerable<string> Left =>
    [
        .. ofCallers.Select(rule => $"not compared for callers: the rule {rule.Id} names some"),
        .. Overlaps(servers).Select(pair => $"not compared for servers that both '{pair.One}' and '{pair.Other}' match"),
        .. Overlaps(tools).Select(pair => $"not compared for tools that both '{pair.One}' and '{pair.Other}' match"),
    ];

    /// <summary>Returns server and tool of the messages in a place; null where no rule names it. The more general ones come first.</summary>
    public IEnumerable<(string? Server, string? Tool)> In(MessagePlace place)
    {
        string?[] called = MessageInspectionRule.CanNameTools(place) ? [null, .. tools] : [null];
        string?[] asked = [null, .. servers];
        return from tool in called from server in asked select (server, tool);
    }

    private static string[] Names(IEnumerable<NameSet?> sets) =>
        [.. sets.OfType<NameSet>().SelectMany(set => set.Names).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<(string One, string Other)> Overlaps(string[] names)
    {
        var patterns = names.Where(name => name.Contains('*', StringComparison.Ordinal)).ToList();
        return patterns.SelectMany((one, at) => patterns.Skip(at + 1).Where(other => CanOverlap(one, other)).Select(other => (one, other)));
    }

    // One within the other is compared. Two with other beginnings or ends have no name in common.
    private static bool CanOverlap(string one, string other) =>
        !new NamePattern(one).Matches(other) && !new NamePattern(other).Matches(one)
        && IsStart(one[..one.IndexOf('*', StringComparison.Ordinal)], other[..other.IndexOf('*', StringComparison.Ordinal)])
        && IsEnd(one[(one.LastIndexOf('*') + 1)..], other[(other.LastIndexOf('*') + 1)..]);

    private static bool IsStart(string one, string other) =>
        one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal);

    private static bool IsEnd(string one, string other) =>
        one.EndsWith(other, StringComparison.Ordinal) || other.EndsWith(one, StringComparison.Ordinal);
}
