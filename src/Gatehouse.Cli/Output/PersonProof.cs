namespace Gatehouse.Cli.Output;

/// <summary>What a command shows for the person who runs it.</summary>
/// <param name="Token">An access token for the administration audience; null without one.</param>
/// <param name="IsConfirmed">True when a person typed a confirmation at the terminal device.</param>
internal sealed record PersonProof(string? Token, bool IsConfirmed)
{
    /// <summary>Returns no token.</summary>
    public override string ToString() => Token is null ? "confirmation" : "token";
}
