using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Bench.Micro;

/// <summary>Answers at once that a token is active: what is left is the gateway's own share.</summary>
internal sealed class InstantIssuer(string audience) : IFormPoster, IMetadataFetcher
{
    private readonly byte[] answer = Encoding.UTF8.GetBytes(
        $$"""{"active":true,"token_type":"Bearer","sub":"developer","client_id":"bench","aud":"{{audience}}","scope":"mcp:read","exp":{{TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}}""");

    public ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText? basic, int maxBytes,
        CancellationToken cancellationToken) =>
        ValueTask.FromResult(new FetchedDocument(200, answer));

    public ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("the endpoint is named");
}
