using System.Text;
using System.Text.Json;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Settings;

/// <summary>The canonical text of a rule about findings in messages.</summary>
internal static class MessageRuleText
{
    /// <summary>Returns lines <c>key: value</c>. A list is written in JSON, so that no entry can pass for another line.</summary>
    public static string Of(MessageInspectionRule rule)
    {
        var text = new StringBuilder();
        Append(text, "action", rule.Action.ToString().ToLowerInvariant());
        if (rule.IsShadow) Append(text, "mode", "shadow");
        Append(text, "confidence", rule.Confidence.ToString().ToLowerInvariant());
        AppendList(text, "places", rule.Places?.Select(place => place.ToString().ToLowerInvariant()));
        AppendNames(text, "servers", rule.Servers);
        AppendNames(text, "tools", rule.Tools);
        AppendNames(text, "findings", rule.Findings);
        AppendNames(text, "issuers", rule.Who?.Issuers);
        AppendNames(text, "subjects", rule.Who?.Subjects);
        AppendNames(text, "clients", rule.Who?.Clients);
        AppendNames(text, "roles", rule.Who?.Roles);
        AppendNames(text, "groups", rule.Who?.Groups);
        AppendNames(text, "scopes", rule.Who?.Scopes);
        AppendNames(text, "strengths", rule.Who?.Strengths);
        return text.ToString();
    }

    private static void AppendNames(StringBuilder text, string key, NameSet? names) => AppendList(text, key, names?.Names);

    private static void AppendList(StringBuilder text, string key, IEnumerable<string>? entries)
    {
        if (entries is null) return;
        var written = entries.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(entry => $"\"{JsonEncodedText.Encode(entry)}\"");
        Append(text, key, $"[{string.Join(", ", written)}]");
    }

    private static void Append(StringBuilder text, string key, string value) => text.Append(key).Append(": ").Append(value).Append('\n');
}
