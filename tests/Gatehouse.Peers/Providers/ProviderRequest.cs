namespace Gatehouse.Peers.Providers;

/// <summary>A request to the token endpoint.</summary>
/// <param name="Form">Its form. The value of <c>client_secret</c> is left out; assertions and subject tokens are there for tests.</param>
/// <param name="ClientId">The client that the request names, by form or header; empty for none.</param>
/// <param name="Authentication"><c>client_secret_basic</c>, <c>client_secret_post</c>, <c>private_key_jwt</c> or <c>none</c>.</param>
/// <param name="Headers">Its headers, without <c>Authorization</c>.</param>
public sealed record ProviderRequest(
    IReadOnlyDictionary<string, string> Form, string ClientId, string Authentication, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The grant type; empty for none.</summary>
    public string GrantType => Form.GetValueOrDefault("grant_type", "");
}
