namespace Gatehouse.Peers.ThirdParties;

/// <summary>A request that a third party got.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">The path.</param>
/// <param name="Parameters">Query and form. The value of <c>client_secret</c> is left out.</param>
public sealed record ThirdPartyRequest(string Verb, string Path, IReadOnlyDictionary<string, string> Parameters);
