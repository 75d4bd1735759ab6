using Gatehouse.Detection.SensitiveData;

namespace Gatehouse.Settings;

/// <summary>The protection of secrets and personal data in messages (DP-01).</summary>
public sealed record ProtectionSettings
{
    /// <summary>True when the configuration has the section. Without it no message is searched.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>The rules that come last.</summary>
    public ProtectionPreset Preset { get; init; } = ProtectionPreset.Observe;

    /// <summary>The rules of the configuration, in order; those of its sections <c>personalData</c> and <c>secrets</c> come last.</summary>
    public IReadOnlyList<ProtectionRule> Rules { get; init; } = [];

    /// <summary>The marks around texts of untrusted servers.</summary>
    public UntrustedMark Mark { get; init; }

    /// <summary>Services whose opinions count as well. Default none.</summary>
    public IReadOnlyList<OpinionSettings> Opinions { get; init; } = [];

    /// <summary>The labels of the organisation, the lowest first.</summary>
    public IReadOnlyList<ClassificationLabel> Labels { get; init; } = [];

    /// <summary>Kinds that the configuration defines.</summary>
    public IReadOnlyList<OwnDataKind> OwnKinds { get; init; } = [];

    /// <summary>Findings that a person reviewed and accepted; <see cref="MessageSuppression.Finding"/> is the kind, or kind and form.</summary>
    public IReadOnlyList<MessageSuppression> Suppressions { get; init; } = [];

    /// <summary>Returns the decision about a case: a suppression comes first, then the first rule that matches.</summary>
    /// <param name="found">The case.</param>
    /// <param name="now">The time, for suppressions.</param>
    public ProtectionDecision Decide(in ProtectionCase found, DateTimeOffset now)
    {
        foreach (var one in Suppressions)
        {
            if (found.Server is { } server && (one.IsAbout(server, found.Tool, found.Kind, now) || one.IsAbout(server, found.Tool, found.Name, now)))
                return new ProtectionDecision(ProtectionMode.Observe, null);
        }

        foreach (var rule in Rules)
        {
            if (rule.Matches(found)) return new ProtectionDecision(rule.Mode, rule.Id);
        }

        // A preset is about secrets and personal data.
        if (found.Kind == ClassificationLabel.Kind) return new ProtectionDecision(ProtectionMode.Observe, null);
        foreach (var rule in Preset.Rules)
        {
            if (rule.Matches(found)) return new ProtectionDecision(rule.Mode, rule.Id);
        }

        throw new InvalidOperationException("a preset has no rule for a finding"); // its last rule matches all
    }
}
