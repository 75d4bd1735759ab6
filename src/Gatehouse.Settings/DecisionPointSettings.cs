namespace Gatehouse.Settings;

/// <summary>An external decision point that is asked with the OpenID AuthZEN Authorization API 1.0 (AZ-06).</summary>
public sealed record DecisionPointSettings
{
    /// <summary>Base address; the default paths of the API are below it. https, or http on loopback.</summary>
    public required Uri Url { get; init; }

    /// <summary>Identifier, exactly as the metadata must name it. Null reads no metadata and uses the default paths.</summary>
    public string? Identifier { get; init; }

    /// <summary>The region that it is in, as the configuration says; null where none is named.</summary>
    public string? Region { get; init; }

    /// <summary>Credential of the gateway; null sends none.</summary>
    public CredentialSettings? Credential { get; init; }

    /// <summary>SHA-256 of accepted public keys (SPKI), base64; empty accepts the authorities that the system trusts.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>Time for one question, from the wait for a turn to the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The permits that are needed.</summary>
    public DecisionCombination Combine { get; init; } = DecisionCombination.BothMustPermit;

    /// <summary>True sends the arguments of tools and prompts as well. Default false.</summary>
    public bool SendArguments { get; init; }

    /// <summary>Most questions in one request; 1 asks one at a time.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>Most concurrent requests to it.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>Cache of its answers.</summary>
    public DecisionCacheSettings Cache { get; init; } = new();
}

/// <summary>Combinations of the policy's rules and the external decision point into one decision. A forbid of the policy wins in both.</summary>
public enum DecisionCombination
{
    /// <summary>A permit of the policy and a permit of the decision point are both needed.</summary>
    BothMustPermit,

    /// <summary>
    /// The decision point's permit is enough; the policy only forbids. A method that is in no revision still needs a rule that names it.
    /// </summary>
    ExternalOnly,
}

/// <summary>Times for which an answer of the external decision point is valid for the same question of the same caller.</summary>
public sealed record DecisionCacheSettings
{
    /// <summary>Time for which a permit is remembered; zero asks each time.</summary>
    public TimeSpan Positive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for which a denial is remembered; zero asks each time.</summary>
    public TimeSpan Negative { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most answers remembered, and most questions in progress.</summary>
    public int Entries { get; init; } = 10_000;
}
