using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of <c>inspection.messages</c> from a section without a fault.</summary>
internal static class MessageInspectionBuilder
{
    private static readonly string[] Callers = ["issuers", "subjects", "clients", "roles", "groups", "scopes"];

    public static MessageInspectionSettings Build(ConfigurationSection section) => new()
    {
        IsConfigured = section.IsGiven,
        Preset = section.IsGiven ? InspectionPreset.Find(section.Get<string>("preset") ?? "default")! : InspectionPreset.Record,
        Rules = [.. section.Parts("rules").Select(Rule)],
        Suppressions = [.. section.Parts("suppressions").Select(Suppression)],
    };

    private static MessageInspectionRule Rule(ConfigurationSection section) => new()
    {
        Id = section.Get<string>("id")!,
        Action = Enum.Parse<InspectionAction>(section.Get<string>("action")!, ignoreCase: true),
        IsShadow = section.Get<string>("mode") == "shadow",
        Confidence = Enum.Parse<Confidence>(section.Get<string>("confidence")!, ignoreCase: true),
        Places = section.Find("places") is null ? null
            : [.. section.Texts("places").Select(place => Enum.Parse<MessagePlace>(place, ignoreCase: true))],
        Servers = Names(section, "servers"),
        Tools = Names(section, "tools"),
        Findings = Names(section, "findings"),
        Who = WhoOf(section),
    };

    /// <summary>Returns the callers of a rule; null for all.</summary>
    public static WhoClause? WhoOf(ConfigurationSection section) => !Callers.Any(key => section.Find(key) is not null) ? null : new WhoClause
    {
        Issuers = Names(section, "issuers"),
        Subjects = Names(section, "subjects"),
        Clients = Names(section, "clients"),
        Roles = Names(section, "roles"),
        Groups = Names(section, "groups"),
        Scopes = Names(section, "scopes"),
    };

    private static MessageSuppression Suppression(ConfigurationSection section) => new()
    {
        Server = section.Get<string>("server")!,
        Tools = Names(section, "tools"),
        Finding = section.Get<string>("finding")!,
        Reason = section.Get<string>("reason")!,
        Expires = InspectionRules.End(section.Get<string>("until")!)!.Value,
    };

    /// <summary>Returns a list of names; null where it is not given.</summary>
    public static NameSet? Names(ConfigurationSection section, string key) =>
        section.Find(key) is { } value ? new NameSet(value.Items.Select(item => item.Text)) : null;
}
