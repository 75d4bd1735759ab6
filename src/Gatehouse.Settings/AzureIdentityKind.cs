namespace Gatehouse.Settings;

/// <summary>The identity that the platform gives to the gateway in Azure, without a stored secret.</summary>
public enum AzureIdentityKind
{
    /// <summary>A managed identity: tokens come from an endpoint of the machine or of the platform.</summary>
    Managed,

    /// <summary>Workload identity federation: a token of the cluster, in a file, is exchanged at Entra.</summary>
    Workload,
}
