namespace Gatehouse.Peers.Providers;

/// <summary>Faults of a token endpoint that a gateway has to survive.</summary>
public enum BadAnswer
{
    /// <summary>None.</summary>
    None,

    /// <summary>Status 200 with a page, as a proxy or a sign-in wall answers.</summary>
    Html,

    /// <summary>The connection ends without an answer.</summary>
    Nothing,

    /// <summary>Status 200 with an empty body.</summary>
    Empty,

    /// <summary>No answer until <see cref="OpenIddictProvider.Release"/>, or until the client leaves.</summary>
    Slow,

    /// <summary>Status 503 with <c>Retry-After</c>.</summary>
    Unavailable,

    /// <summary>Status 429 with <c>Retry-After</c>.</summary>
    TooMany,

    /// <summary>A redirect to another place (CWE-601): the credential must not follow.</summary>
    Redirect,

    /// <summary>More than 8 MiB in a member that means nothing (CWE-770).</summary>
    Huge,

    /// <summary>JSON that ends too early.</summary>
    CutOff,

    /// <summary>The token is for another audience than the one of the request.</summary>
    OtherAudience,

    /// <summary>The token is for another person than the one of the subject token.</summary>
    OtherPerson,

    /// <summary>The token has a scope that was not in the request.</summary>
    LongerScope,

    /// <summary>The token has expired, and is said to be valid.</summary>
    Expired,

    /// <summary>The token has no signature.</summary>
    Unsigned,

    /// <summary>The token is of the type <c>N_A</c>, which no server takes as a bearer token.</summary>
    OtherTokenType,

    /// <summary>The token is said to be a refresh token by <c>issued_token_type</c>.</summary>
    OtherIssuedType,

    /// <summary>The answer has no <c>access_token</c>.</summary>
    NoToken,

    /// <summary>The answer does not say how long the token is valid.</summary>
    NoLife,

    /// <summary>The answer has the token twice, with different values.</summary>
    TwoTokens,

    /// <summary>The token has characters that end a header (CWE-113).</summary>
    LineBreak,
}
