using Gatehouse.Detection.Findings;
using Gatehouse.Detection.SensitiveData;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Settings;

/// <summary>A named set of rules about secrets and personal data, which come after those of the configuration.</summary>
/// <param name="Name">The name, as configurations write it.</param>
/// <param name="Summary">One sentence about it.</param>
/// <param name="Rules">Its rules, in order. The last one matches everything.</param>
public sealed record ProtectionPreset(string Name, string Summary, IReadOnlyList<ProtectionRule> Rules)
{
    // Kinds that identify a person or an account by themselves.
    private static readonly string[] Identifying =
        ["card", "iban", "national-id", "health-insurance", "passport", "driving-licence"];

    private static readonly ProtectionRule Rest = new() { Id = "preset-rest", Mode = ProtectionMode.Observe, Confidence = Confidence.Low };

    /// <summary>Everything passes and is recorded.</summary>
    public static ProtectionPreset Observe { get; } = new("observe", "Everything passes, and the record names the kinds that were found.", [Rest]);

    /// <summary>Secrets, and numbers that identify a person, do not reach the model. Sure secrets do not reach a server.</summary>
    public static ProtectionPreset Balanced { get; } = new("balanced",
        "Secrets, and numbers that identify a person or an account, are masked for the model. Sure secrets do not reach a server. The rest is observed.",
    [
        Rule("preset-secrets-to-server", ProtectionMode.Block, ProtectionDirection.ToServer, Confidence.High, SensitiveData.Secret),
        Rule("preset-secrets", ProtectionMode.Mask, ProtectionDirection.ToClient, Confidence.Medium, SensitiveData.Secret),
        Rule("preset-identifying", ProtectionMode.Mask, ProtectionDirection.ToClient, Confidence.Medium, Identifying),
        Rest,
    ]);

    /// <summary>Secrets do not cross the gateway. Personal data do not reach the model, and numbers that identify a person no server.</summary>
    public static ProtectionPreset Strict { get; } = new("strict",
        "Secrets do not cross the gateway in either direction. Personal data are masked for the model, and numbers that identify a person or an account "
            + "do not reach a server.",
    [
        Rule("preset-secrets", ProtectionMode.Block, null, Confidence.Medium, SensitiveData.Secret),
        Rule("preset-identifying", ProtectionMode.Block, ProtectionDirection.ToServer, Confidence.Medium, Identifying),
        Rule("preset-personal", ProtectionMode.Mask, ProtectionDirection.ToClient, Confidence.Medium, [.. SensitiveData.Personal]),
        Rest,
    ]);

    /// <summary>All presets.</summary>
    public static IReadOnlyList<ProtectionPreset> All { get; } = [Observe, Balanced, Strict];

    /// <summary>Returns the preset with the name; null for an unknown one.</summary>
    public static ProtectionPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    private static ProtectionRule Rule(
        string id, ProtectionMode mode, ProtectionDirection? direction, Confidence least, params string[] kinds) =>
        new() { Id = id, Mode = mode, Direction = direction, Confidence = least, Kinds = new NameSet(kinds) };
}
