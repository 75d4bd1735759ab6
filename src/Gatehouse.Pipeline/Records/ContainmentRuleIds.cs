namespace Gatehouse.Pipeline.Records;

/// <summary>The ids of the forbid rules that containments are in a snapshot. An id of a file cannot have this form: it has no colon.</summary>
public static class ContainmentRuleIds
{
    private const string Prefix = "contained:";

    /// <summary>Returns the id of the rule of a containment.</summary>
    public static string Of(string containment) => Prefix + containment;

    /// <summary>Returns the containment of a rule; null for a rule of the configuration, and for none.</summary>
    public static string? ContainmentOf(string? rule) =>
        rule is not null && rule.StartsWith(Prefix, StringComparison.Ordinal) ? rule[Prefix.Length..] : null;
}
