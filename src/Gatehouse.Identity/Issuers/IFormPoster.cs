using Gatehouse.Identity.Bearer;

namespace Gatehouse.Identity.Issuers;

/// <summary>Posts forms to endpoints of an identity provider. The implementation guards against SSRF as <see cref="IMetadataFetcher"/> does.</summary>
public interface IFormPoster
{
    /// <summary>Sends one POST of a form. A redirect is returned as any other answer and never followed: the form holds secrets.</summary>
    /// <param name="endpoint">https, or http on loopback.</param>
    /// <param name="form">The body, <c>application/x-www-form-urlencoded</c>.</param>
    /// <param name="basic">The value after <c>Basic</c> in the <c>Authorization</c> header; null sends no such header.</param>
    /// <param name="maxBytes">The largest answer read; a larger one must end in an exception.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The answer with any status code.</returns>
    /// <exception cref="IOException">No answer, or one larger than <paramref name="maxBytes"/>. HttpRequestException serves as well.</exception>
    ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText? basic, int maxBytes,
        CancellationToken cancellationToken);
}
