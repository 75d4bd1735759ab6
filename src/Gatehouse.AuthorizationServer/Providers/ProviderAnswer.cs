namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The parameters with which a browser came back from a provider, each at most once. Texts of a stranger until they are judged.</summary>
/// <param name="Provider">The name in the address to which the browser came.</param>
/// <param name="Code">The authorization code.</param>
/// <param name="Issuer">The issuer (<c>iss</c>, RFC 9207).</param>
/// <param name="Error">The error code.</param>
/// <param name="ErrorDescription">The error in words.</param>
internal sealed record ProviderAnswer(string Provider, string? Code, string? Issuer, string? Error, string? ErrorDescription)
{
    /// <summary>Nothing of it: the code is secret.</summary>
    public override string ToString() => "answer of a provider";
}
