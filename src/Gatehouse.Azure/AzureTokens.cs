using Azure.Core;
using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;

namespace Gatehouse.Azure;

/// <summary>Tokens of Azure.Identity. Safe for concurrent use.</summary>
/// <param name="credentials">The credentials.</param>
/// <param name="time">The clock.</param>
internal sealed class AzureTokens(AzureCredentials credentials, TimeProvider time) : IAzureTokens
{
    /// <summary>Requests at the same time. The endpoint of the platform answers few in a second.</summary>
    internal const int MostAtOnce = 4;

    /// <summary>Time for one token, with retries and the wait for a place: 20 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim places = new(MostAtOnce);

    /// <inheritdoc />
    public async ValueTask<(SecretText Token, DateTimeOffset Until)> GetAsync(
        AzureIdentityKind kind, string? clientId, string resource, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var isPlaced = false;
        try
        {
            await places.WaitAsync(either.Token).ConfigureAwait(false);
            isPlaced = true;
            var credential = credentials.Of(kind, clientId);
            var token = await credential.GetTokenAsync(new TokenRequestContext([$"{resource}/.default"]), either.Token).ConfigureAwait(false);
            return (new SecretText(token.Token), token.ExpiresOn);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && fault is not AzureTokenException)
        {
            throw new AzureTokenException(AzureFaults.OfToken(kind, fault), fault);
        }
        finally
        {
            if (isPlaced) places.Release();
        }
    }
}
