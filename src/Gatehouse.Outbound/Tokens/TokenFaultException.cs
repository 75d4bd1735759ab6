namespace Gatehouse.Outbound.Tokens;

/// <summary>
/// An issuer gave no token that can be used. The message is made of words of this program, of a registered error code and of numbers.
/// </summary>
/// <param name="kind">The kind.</param>
/// <param name="message">What happened.</param>
/// <param name="pause">Time for which the issuer asks for no further request; null where it does not.</param>
/// <param name="claims">The claims that the issuer demands of a further sign-in, as it wrote them; null for none. Text of another party.</param>
internal sealed class TokenFaultException(TokenFaultKind kind, string message, TimeSpan? pause = null, string? claims = null) : Exception(message)
{
    /// <summary>The kind.</summary>
    public TokenFaultKind Kind => kind;

    /// <summary>Time for which the issuer asks for no further request; null where it does not.</summary>
    public TimeSpan? Pause => pause;

    /// <summary>The claims that the issuer demands of a further sign-in; null for none. Text of another party.</summary>
    public string? Claims => claims;
}
