namespace Gatehouse.Settings;

/// <summary>An external decision point by OpenID AuthZEN Authorization API 1.0 (AZ-06).</summary>
public sealed record DecisionPointSettings
{
    /// <summary>Base address; the default paths of the API are below it. https, or http on loopback.</summary>
    public required Uri Url { get; init; }

    /// <summary>Its identifier, exactly as its metadata must name it; null reads no metadata and uses the default paths.</summary>
    public string? Identifier { get; init; }

    /// <summary>Credential of the gateway; null sends none.</summary>
    public CredentialSettings? Credential { get; init; }

    /// <summary>SHA-256 of accepted public keys (SPKI), base64; empty accepts what the system trusts.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>Time for one question from waiting for a turn to the last byte of the answer. Default 2 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whose permit is needed.</summary>
    public DecisionCombination Combine { get; init; } = DecisionCombination.BothMustPermit;

    /// <summary>True sends the arguments of tools and prompts as well. Default false.</summary>
    public bool SendArguments { get; init; }

    /// <summary>Most questions in one request; 1 asks one by one. Default 100.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>Requests to it under way at once. Default 32.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>What is remembered of its answers.</summary>
    public DecisionCacheSettings Cache { get; init; } = new();
}

/// <summary>How the rules of the policy and the external decision point make one decision. A forbid of the policy wins in both.</summary>
public enum DecisionCombination
{
    /// <summary>A permit of the policy and one of the decision point are needed.</summary>
    BothMustPermit,

    /// <summary>The decision point's permit is enough; the policy only forbids. Methods of no revision still need a rule that names them.</summary>
    ExternalOnly,
}

/// <summary>How long answers of the external decision point count for the same question of the same caller.</summary>
public sealed record DecisionCacheSettings
{
    /// <summary>How long a permit is remembered; zero asks each time. Default 5 s.</summary>
    public TimeSpan Positive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a denial is remembered; zero asks each time. Default 5 s.</summary>
    public TimeSpan Negative { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most answers remembered, and most questions under way. Default 10,000.</summary>
    public int Entries { get; init; } = 10_000;
}
