using System.Text.Json.Serialization;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The key to which a token is bound (RFC 9449 §6.1).</summary>
/// <param name="KeyThumbprint">Base64url of the thumbprint of the key (RFC 7638).</param>
internal sealed record KeyConfirmation([property: JsonPropertyName("jkt")] string KeyThumbprint);
