using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>
/// A finding with what is known about its message, and the one decision of the rules about it. The gateway knows everything. A command over a text or
/// a log knows less, and also gets the rules whose answer depends on what it does not know.
/// </summary>
/// <param name="Place">Place of the text.</param>
/// <param name="Finding">Id of the finding.</param>
/// <param name="Confidence">Its confidence.</param>
public sealed record FindingCase(MessagePlace Place, string Finding, Confidence Confidence)
{
    private static readonly PolicySubject Stranger = new("", "", null, [], [], []);

    /// <summary>The server; null when it is not known.</summary>
    public string? Server { get; init; }

    /// <summary>The called tool; null for another message, or when it is not known.</summary>
    public string? Tool { get; init; }

    /// <summary>True when it is known whether the message belongs to the call of a tool.</summary>
    public bool IsToolKnown { get; init; }

    /// <summary>The caller; null when there is none, or when it is not known.</summary>
    public PolicySubject? Caller { get; init; }

    /// <summary>True when everything about the caller is known, also that there is none. Events name a part of it.</summary>
    public bool IsCallerKnown { get; init; }

    private bool IsEverythingKnown => Server is not null && IsToolKnown && IsCallerKnown;

    /// <summary>Returns what the rules do with it: a suppression comes first, then the first rule in force that applies.</summary>
    public FindingDecision Judge(MessageInspectionSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (open, shadows) = (new List<MessageInspectionRule>(), new List<MessageInspectionRule>());
        foreach (var suppression in settings.Suppressions)
        {
            if (IsSuppressed(suppression, now)) return new FindingDecision(InspectionAction.Record, null, open, shadows);
        }

        foreach (var rule in settings.InOrder)
        {
            if (!CanApply(rule)) continue;
            if (!DoesApply(rule)) open.Add(rule);
            else if (rule.IsShadow) shadows.Add(rule);
            else return new FindingDecision(rule.Action, rule.Id, open, shadows);
        }

        throw new InvalidOperationException("a preset has no rule for a finding"); // its last rule matches all
    }

    private bool IsSuppressed(MessageSuppression suppression, DateTimeOffset now) =>
        Server is not null && (suppression.Tools is null || IsToolKnown) && suppression.IsAbout(Server, Tool, Finding, now);

    // Whatever is not known is left out of the question.
    private bool CanApply(MessageInspectionRule rule) => IsEverythingKnown ? rule.Matches(Place, Server!, Tool, Finding, Confidence, Caller)
        : (rule with
        {
            Servers = Server is null ? null : rule.Servers,
            Tools = IsToolKnown ? rule.Tools : null,
            Who = Decidable(rule.Who),
        }).Matches(Place, Server ?? "", Tool, Finding, Confidence, IsCallerKnown ? Caller : Caller ?? Stranger);

    private bool DoesApply(MessageInspectionRule rule) =>
        (rule.Servers is null || Server is not null) && (rule.Tools is null || IsToolKnown)
        && (rule.Who is null || IsCallerKnown || IsCaller(rule.Who));

    // Events name issuer, subject and client; of roles, groups and scopes only those that rules of the policy ask for.
    private WhoClause? Decidable(WhoClause? who) => IsCallerKnown ? who
        : who is null || Caller is null ? null : who with { Roles = null, Groups = null, Scopes = null };

    private bool IsCaller(WhoClause who) => Caller is not null && who.Matches(Caller);
}
