namespace Gatehouse.Identity.Issuers;

/// <summary>The answer to a GET of a document.</summary>
/// <param name="StatusCode">The HTTP status code, 100 to 599.</param>
/// <param name="Body">The whole body.</param>
public readonly record struct FetchedDocument(int StatusCode, ReadOnlyMemory<byte> Body)
{
    /// <summary>The server's clock (<c>Date</c>, RFC 9110 §6.6.1); null when absent.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The time to wait that the server asks for (<c>Retry-After</c>, RFC 9110 §10.2.3); null when absent.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
