using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Azure;

/// <summary>The credentials of Azure.Identity for the identities of the platform, one for each identity.</summary>
/// <remarks>
/// No chain of credentials: the configuration names the identity. A chain would take the next one where the first fails, such as that of a developer
/// who is signed in on the machine (CWE-1188).
/// </remarks>
/// <param name="transports">The transports.</param>
/// <param name="endpoints">The endpoints of managed identities.</param>
/// <param name="variable">Returns the value of a variable of the process; null when it is not set.</param>
internal sealed class AzureCredentials(AzureTransports transports, IdentityEndpoints endpoints, Func<string, string?> variable)
{
    /// <summary>Credentials that are kept. Each belongs to an identity of a configuration.</summary>
    internal const int MostKept = 256;

    private readonly ConcurrentDictionary<(AzureIdentityKind, string?), TokenCredential> kept = new();

    /// <summary>Returns the credential of an identity. Nothing is sent.</summary>
    /// <exception cref="AzureTokenException">The platform does not name what the identity needs.</exception>
    public TokenCredential Of(AzureIdentityKind kind, string? clientId)
    {
        if (kept.Count >= MostKept) kept.Clear(); // reloads with ever other identities; a token is asked for again
        return kept.GetOrAdd((kind, clientId), _ => kind == AzureIdentityKind.Managed ? Managed(clientId) : Workload(clientId));
    }

    private ManagedIdentityCredential Managed(string? clientId)
    {
        if (endpoints.Refused is { } name)
            throw new AzureTokenException(
                $"the variable {name} names an address that is neither loopback nor link-local, and the gateway asks no other one for tokens; "
                + "remove the variable, or start the gateway where the platform sets it");
        if (variable("IDENTITY_SERVER_THUMBPRINT") is { Length: > 0 })
            throw new AzureTokenException("managed identities of Service Fabric are not in this build; use workloadIdentity");
        var options = new ManagedIdentityCredentialOptions(
            clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId));
        transports.UseForIdentity(options);
        return new ManagedIdentityCredential(options);
    }

    private WorkloadIdentityCredential Workload(string? clientId)
    {
        var options = new WorkloadIdentityCredentialOptions
        {
            TenantId = Required("AZURE_TENANT_ID"),
            ClientId = clientId ?? Required("AZURE_CLIENT_ID"),
            TokenFilePath = Required("AZURE_FEDERATED_TOKEN_FILE"),
            DisableInstanceDiscovery = true, // it would ask an address that is not configured
        };
        if (variable("AZURE_AUTHORITY_HOST") is { Length: > 0 } host)
            options.AuthorityHost = Uri.TryCreate(host, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
                ? url : throw new AzureTokenException("the variable AZURE_AUTHORITY_HOST is not an https:// address; correct it in the pod");
        transports.Use(options);
        return new WorkloadIdentityCredential(options);
    }

    private string Required(string name) => variable(name) is { Length: > 0 } value
        ? value
        : throw new AzureTokenException(
            $"the variable {name} is not set; use a service account with workload identity, and the label azure.workload.identity/use on the pod");
}
