namespace Gatehouse.Settings;

/// <summary>A credential of a server that Entra issues for the identity which the platform gives to the gateway in Azure.</summary>
public sealed record AzureCredentialSettings
{
    /// <summary>The identity.</summary>
    public required AzureIdentityKind Identity { get; init; }

    /// <summary>The resource that the token is for, such as <c>https://storage.azure.com</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>Client id of a user-assigned identity, or of the application of a workload identity; null for that of the platform.</summary>
    public string? ClientId { get; init; }
}
