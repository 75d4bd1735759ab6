using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Outbound;

namespace Gatehouse.Connections;

/// <summary>
/// Revokes tokens at a service that has no endpoint of RFC 7009 and takes DELETE with a body of JSON (GitHub REST, "OAuth authorizations"). It follows
/// no redirect, and the SSRF guard judges the address.
/// </summary>
internal sealed class TokenDeletion : IDisposable
{
    private readonly TrustedInvokers invokers;

    /// <summary>Creates the client with handlers of the factory.</summary>
    public TokenDeletion(OutboundHandlers handlers, ConfiguredHosts hosts) =>
        invokers = new TrustedInvokers(handlers, hosts, TimeSpan.FromSeconds(5));

    /// <summary>Sends the request.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="client">Id and secret of the gateway at the service.</param>
    /// <param name="accessToken">The token.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether the service confirmed.</returns>
    public async Task<bool> DeleteAsync(Uri endpoint, (string Id, string Secret) client, string accessToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, endpoint)
        { Content = new StringContent(new JsonObject { ["access_token"] = accessToken }.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{client.Secret}")));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "gatehouse"); // GitHub refuses a request without one
        try
        {
            using var response = await invokers.SendAsync(request, cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => invokers.Dispose();
}
