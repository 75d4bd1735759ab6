namespace Gatehouse.Settings;

/// <summary>A vault of Azure Key Vault, which <c>keyvault:</c> references name.</summary>
public sealed record VaultSettings
{
    /// <summary>Name of the vault in references.</summary>
    public required string Name { get; init; }

    /// <summary>Origin of the vault; https.</summary>
    public required Uri Url { get; init; }

    /// <summary>The identity with which the gateway reads the vault.</summary>
    public AzureIdentityKind Identity { get; init; }

    /// <summary>Client id of a user-assigned identity, or of the application of a workload identity; null for that of the platform.</summary>
    public string? ClientId { get; init; }

    /// <summary>Time after which a reference without a version is read again. Default 5 min.</summary>
    public TimeSpan Recheck { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time since the last good answer for which a value is used while the vault does not answer. Default 24 h.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromHours(24);
}
