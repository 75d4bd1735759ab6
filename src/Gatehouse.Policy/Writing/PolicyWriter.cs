using System.Text;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Writing;

/// <summary>Writes rules as a policy file that <see cref="PolicyFile"/> reads as the same rules.</summary>
public static class PolicyWriter
{
    /// <summary>Writes a policy file.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="description">The purpose of the policy; null for none.</param>
    public static string Write(IEnumerable<PolicyRule> rules, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var text = new StringBuilder("version: 1\n");
        if (description is not null) text.Append("description: ").Append(YamlScalars.Text(description)).Append('\n');
        var all = rules.ToList();
        text.Append(all.Count == 0 ? "rules: []\n" : "rules:\n");
        foreach (var rule in all) Append(text, rule);
        return text.ToString();
    }

    /// <summary>Returns the meaning of a rule, without its name: two rules with the same meaning text decide alike.</summary>
    internal static string Meaning(PolicyRule rule)
    {
        var text = new StringBuilder();
        AppendMeaning(text, rule);
        return text.ToString();
    }

    /// <summary>Returns the requests for which a rule holds: its meaning without obligations. They do not decide whether it holds.</summary>
    internal static string Scope(PolicyRule rule) => Meaning(rule.Obligations.IsEmpty ? rule : rule with { Obligations = [] });

    private static void Append(StringBuilder text, PolicyRule rule)
    {
        text.Append("  - id: ").Append(YamlScalars.Text(rule.Id)).Append('\n');
        if (rule.Description is not null) text.Append("    description: ").Append(YamlScalars.Text(rule.Description)).Append('\n');
        AppendMeaning(text, rule);
    }

    private static void AppendMeaning(StringBuilder text, PolicyRule rule)
    {
        text.Append(rule.Forbids ? "    forbid:\n" : "    permit:\n");
        var before = text.Length;
        AppendCallers(text, rule);
        AppendList(text, "servers", rule.Servers?.Names);
        AppendList(text, "tools", rule.Tools?.Names);
        AppendList(text, "prompts", rule.Prompts?.Names);
        AppendList(text, "resources", rule.Resources?.Patterns.Select(pattern => pattern.Text));
        AppendList(text, "methods", rule.Methods?.Names);
        AppendList(text, "directions", rule.Directions is null
            ? null : PolicyKeys.Directions.Where((_, at) => rule.Directions.Contains((PolicyDirection)at)));
        if (text.Length == before) text.Append("      anyone: true\n");
        if (!rule.When.IsEmpty) text.Append("    when:\n");
        foreach (var condition in rule.When) text.Append("      - ").Append(ConditionWriter.Write(condition)).Append('\n');
        AppendObligations(text, rule);
        if (rule.Access is { } access) AccessWriter.Append(text, access);
    }

    private static void AppendObligations(StringBuilder text, PolicyRule rule)
    {
        List<string> all = [];
        if (rule.Obligations.Contains(Obligation.LogPayload)) all.Add("log: payload");
        if (rule.Approval is { } terms) all.Add($"approval: {{ {ApprovalWriter.Write(terms)} }}");
        if (all.Count > 0) text.Append("    obligations: { ").AppendJoin(", ", all).Append(" }\n");
    }

    private static void AppendCallers(StringBuilder text, PolicyRule rule)
    {
        if (rule.Who is not { } who)
        {
            if (!rule.Forbids) text.Append("      anyone: true\n");
            return;
        }

        AppendList(text, "issuers", who.Issuers?.Names);
        AppendList(text, "subjects", who.Subjects?.Names);
        AppendList(text, "clients", who.Clients?.Names);
        AppendList(text, "scopes", who.Scopes?.Names);
        AppendList(text, "roles", who.Roles?.Names);
        AppendList(text, "groups", who.Groups?.Names);
        AppendList(text, "strengths", who.Strengths?.Names);
    }

    private static void AppendList(StringBuilder text, string key, IEnumerable<string>? names)
    {
        if (names is not null) text.Append("      ").Append(key).Append(": [").AppendJoin(", ", names.Select(YamlScalars.Text)).Append("]\n");
    }
}
