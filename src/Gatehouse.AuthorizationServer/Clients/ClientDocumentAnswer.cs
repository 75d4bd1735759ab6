using System.Net.Http.Headers;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The answer to a GET of a client id metadata document.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">The body; empty when the status is not 200.</param>
internal readonly record struct ClientDocumentAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The media type without parameters; null when absent.</summary>
    public string? MediaType { get; init; }

    /// <summary>The header <c>Cache-Control</c> (RFC 9111 §5.2); null when absent or unreadable.</summary>
    public CacheControlHeaderValue? CacheControl { get; init; }

    /// <summary>The header <c>Age</c> (RFC 9111 §5.1); null when absent.</summary>
    public TimeSpan? Age { get; init; }
}
