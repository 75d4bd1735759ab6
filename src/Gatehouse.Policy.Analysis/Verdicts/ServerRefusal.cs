namespace Gatehouse.Policy.Analysis.Verdicts;

/// <summary>
/// A refusal by the configuration before any rule is asked: of a caller's token, for its issuer or its scopes, or of a recorded request whose server
/// the configuration does not have.
/// </summary>
/// <param name="Key">The key of the configuration that refuses.</param>
/// <param name="Text">The refusal in words.</param>
public sealed record ServerRefusal(string Key, string Text)
{
    /// <summary>True when the token lacks scopes; false when its issuer is refused or the server does not exist.</summary>
    public bool IsForScopes { get; init; }
}
