using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Signing;

/// <summary>The way between HTTP and the published keys (RFC 7517 §5).</summary>
internal static class SigningKeysHttp
{
    private const int ServiceUnavailable = 503;

    /// <summary>Serves the key set to a GET.</summary>
    public static async Task ServeAsync(HttpContext context, TokenSigningKeys keys)
    {
        var response = context.Response;
        try
        {
            var document = await keys.DocumentAsync(context.RequestAborted).ConfigureAwait(false);
            response.ContentType = "application/jwk-set+json";
            response.Headers.CacheControl = $"public, max-age={(int)TokenSigningKeys.DocumentLife.TotalSeconds}";
            response.ContentLength = document.Length;
            await response.Body.WriteAsync(document, context.RequestAborted).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            response.StatusCode = ServiceUnavailable;
            response.Headers.RetryAfter = "5";
        }
    }
}
