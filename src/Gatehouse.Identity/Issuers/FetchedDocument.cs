namespace Gatehouse.Identity;

/// <summary>The answer to a GET of a document.</summary>
/// <param name="StatusCode">The HTTP status code, 100 to 599.</param>
/// <param name="Body">The whole body.</param>
public readonly record struct FetchedDocument(int StatusCode, ReadOnlyMemory<byte> Body);
