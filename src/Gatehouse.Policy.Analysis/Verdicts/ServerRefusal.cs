namespace Gatehouse.Policy.Analysis.Verdicts;

/// <summary>A refusal of a caller's token for what the server asks of it. It comes before the rules.</summary>
/// <param name="Key">The key of the configuration that asks for more than the token has.</param>
/// <param name="Text">The refusal in words.</param>
public sealed record ServerRefusal(string Key, string Text)
{
    /// <summary>True when the token lacks scopes; false when its issuer is refused.</summary>
    public bool IsForScopes { get; init; }
}
