namespace Gatehouse.Outbound.Http1;

/// <summary>An endpoint, and how <see cref="Http1Client"/> reaches it.</summary>
/// <param name="Url">The endpoint.</param>
/// <param name="Host">The <c>Host</c> field in place of that of the address; null for none.</param>
/// <param name="ConnectTimeout">Time limit to connect, the handshake of TLS included.</param>
/// <param name="Keep">Names of the fields of an answer that are read beside those which frame and type it.</param>
internal sealed record Http1Endpoint(Uri Url, string? Host, TimeSpan ConnectTimeout, IReadOnlyList<string> Keep);
