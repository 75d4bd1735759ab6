using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>
/// One rule about findings in messages (PI-04): for these places, servers, tools, findings and callers, this action. The first rule in the order of
/// the file that matches a finding decides about it; the rules of the preset come last.
/// </summary>
public sealed record MessageInspectionRule
{
    /// <summary>Unique id; it appears in events.</summary>
    public required string Id { get; init; }

    /// <summary>The action.</summary>
    public required InspectionAction Action { get; init; }

    /// <summary>True when the rule only records what it would do, and the next rule that matches decides.</summary>
    public bool IsShadow { get; init; }

    /// <summary>The places of texts; null for all.</summary>
    public IReadOnlyList<MessagePlace>? Places { get; init; }

    /// <summary>The servers; null for all.</summary>
    public NameSet? Servers { get; init; }

    /// <summary>The tools. The rule applies then only to calls of tools. Null for every message.</summary>
    public NameSet? Tools { get; init; }

    /// <summary>Ids of findings; null for all.</summary>
    public NameSet? Findings { get; init; }

    /// <summary>The least confidence of a finding.</summary>
    public Confidence Confidence { get; init; }

    /// <summary>The callers; null for all.</summary>
    public WhoClause? Who { get; init; }

    /// <summary>True when every finding in every message matches. No rule after such a rule in force is asked.</summary>
    public bool MatchesAll => Tools is null && Who is null && Confidence == Confidence.Low
        && (Places is null || Enum.GetValues<MessagePlace>().All(Places.Contains))
        && (Servers is null || Servers.Names.Contains("*"))
        && (Findings is null || DetectionRules.InMessages.All(rule => Findings.Contains(rule.Id)));

    /// <summary>
    /// The meaning of the rule in a canonical form, without its id: a line for each list, with the entries in ordinal order. An approval is bound to
    /// the text of the rules that asked for it.
    /// </summary>
    public string Text => MessageRuleText.Of(this);

    /// <summary>
    /// Returns whether a text in this place can belong to the call of a tool: its arguments, its result, and what the server sends in between. A rule
    /// with <see cref="Tools"/> never applies to a text in any other place.
    /// </summary>
    public static bool CanNameTools(MessagePlace place) =>
        place is not (MessagePlace.Answer or MessagePlace.Resource or MessagePlace.Prompt or MessagePlace.Completion);

    /// <summary>Returns whether the rule is about a finding.</summary>
    /// <param name="place">Place of the text.</param>
    /// <param name="server">Name of the server.</param>
    /// <param name="tool">Name of the called tool; null for any other message.</param>
    /// <param name="finding">Id of the finding.</param>
    /// <param name="confidence">Its confidence.</param>
    /// <param name="caller">The caller; null before one is known, to which no rule with a list of callers applies.</param>
    public bool Matches(MessagePlace place, string server, string? tool, string finding, Confidence confidence, PolicySubject? caller) =>
        confidence >= Confidence
        && (Places is null || Places.Contains(place))
        && (Findings is null || Findings.Contains(finding))
        && (Servers is null || Servers.Contains(server))
        && (Tools is null || (tool is not null && Tools.Contains(tool)))
        && (Who is null || (caller is not null && Who.Matches(caller)));
}
