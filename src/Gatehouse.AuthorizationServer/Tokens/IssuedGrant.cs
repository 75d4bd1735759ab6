namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The grant that followed from a confirmation, for the case that the confirmation comes twice.</summary>
/// <param name="GrantId">Identifier of the grant.</param>
internal sealed record IssuedGrant(string GrantId);
