using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;

namespace Gatehouse.Azure;

/// <summary>Tokens for the identity that the platform gives to the gateway in Azure.</summary>
internal interface IAzureTokens
{
    /// <summary>Returns a token for a resource. Azure.Identity keeps tokens until shortly before their end.</summary>
    /// <param name="kind">The identity.</param>
    /// <param name="clientId">Client id of a user-assigned identity, or of the application; null for that of the platform.</param>
    /// <param name="resource">The resource, such as <c>https://storage.azure.com</c>.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The token and the time at which it expires.</returns>
    /// <exception cref="AzureTokenException">The platform or Entra gives no token.</exception>
    /// <exception cref="OperationCanceledException">The caller ended the request.</exception>
    ValueTask<(SecretText Token, DateTimeOffset Until)> GetAsync(
        AzureIdentityKind kind, string? clientId, string resource, CancellationToken cancellation);
}
