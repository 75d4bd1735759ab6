namespace Gatehouse.Credentials;

/// <summary>The gateway's own authorization server as the source of tokens of people who signed in there. A host without one sets nothing.</summary>
internal sealed class PersonTokenSource
{
    /// <summary>
    /// Returns the tokens of the provider of a person: by the grant of the caller's token, with an ID token that lasts where one is asked for. Null
    /// where the person has to sign in again.
    /// </summary>
    /// <remarks>It throws a <see cref="Gatehouse.Outbound.Tokens.TokenFaultException"/> where the provider does not answer now.</remarks>
    public Func<string, bool, CancellationToken, ValueTask<PersonTokens?>>? Find { get; set; }
}
