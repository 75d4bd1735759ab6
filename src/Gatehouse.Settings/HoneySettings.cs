namespace Gatehouse.Settings;

/// <summary>
/// A honey credential, which is planted, and which nothing uses. Its first use shows that a person or program looks for credentials.
/// </summary>
public sealed record HoneySettings
{
    /// <summary>Its name in alarms.</summary>
    public required string Name { get; init; }

    /// <summary>The planted secret; null where only its digest is known here.</summary>
    public SecretReference? Secret { get; init; }

    /// <summary>SHA-256 of a planted token, 64 hexadecimal digits; null for a secret.</summary>
    public string? Sha256 { get; init; }
}
