namespace Gatehouse.Administration;

/// <summary>Tokens of the issuer of <c>--dev</c>.</summary>
internal interface IDevelopmentTokens
{
    /// <summary>Issues a token. Refuses where the gateway has no issuer of its own.</summary>
    ActionOutcome<IssuedToken> Issue(IssueDevelopmentToken wish);
}
