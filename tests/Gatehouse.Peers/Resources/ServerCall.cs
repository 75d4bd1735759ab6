namespace Gatehouse.Peers.Resources;

/// <summary>A request as a resource server saw it, after it checked the token.</summary>
/// <param name="Method">The JSON-RPC method, or the HTTP method of a request without a message.</param>
/// <param name="Tool">The tool of a call; null for others.</param>
/// <param name="Refusal">The error of the challenge; null for a request that was answered.</param>
/// <param name="Token">The claims that the server relies on; null without a valid token.</param>
/// <param name="Headers">The headers, with <c>Authorization</c>.</param>
public sealed record ServerCall(
    string Method, string? Tool, string? Refusal, ServerToken? Token, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The trace of the caller (W3C Trace Context); null for none.</summary>
    public string? TraceParent => Headers.GetValueOrDefault("traceparent");
}
