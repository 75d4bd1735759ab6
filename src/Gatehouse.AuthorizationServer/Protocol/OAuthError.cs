namespace Gatehouse.AuthorizationServer.Protocol;

/// <summary>An error of the token endpoint and its neighbours (RFC 6749 §5.2).</summary>
/// <param name="Error">The error code of the standard.</param>
/// <param name="Description">What happened and what to do, for the client's developer, in ASCII without quotes. It has no text of the
/// request.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record OAuthError(string Error, string Description, int Status = OAuthError.BadRequest)
{
    private const int BadRequest = 400;
    private const int Unauthorized = 401;
    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;

    /// <summary>The error code that asks for a proof with a nonce (RFC 9449 §8).</summary>
    public const string UseNonce = "use_dpop_nonce";

    /// <summary>The error code of a scope that is wider than the grant (RFC 6749 §5.2).</summary>
    public const string InvalidScopeCode = "invalid_scope";

    /// <summary>The server cannot answer at this moment.</summary>
    public static OAuthError Unavailable { get; } =
        new("temporarily_unavailable", "The server cannot read or write its store at this moment. Try again in a few seconds.", ServiceUnavailable);

    /// <summary>The audit log cannot be written, and nothing is granted without an entry.</summary>
    public static OAuthError Unrecorded { get; } =
        new("temporarily_unavailable", "The server cannot write its audit log at this moment. Try again in a few seconds.", ServiceUnavailable);

    /// <summary>
    /// The document of the client, or the store, cannot be read. Threat: a client that reads <c>invalid_client</c> gives up its tokens, and a
    /// stranger who uses up the fetches of documents takes them from it (RFC 6749 §5.2; CWE-770). It counts as a failure: strangers can cause it.
    /// </summary>
    public static OAuthError UnreadClient { get; } =
        new("temporarily_unavailable", "The server cannot read the client at this moment. Try again in a minute.", ServiceUnavailable);

    /// <summary>Too many failures of one address block.</summary>
    public static OAuthError TooMany { get; } =
        new("temporarily_unavailable", "Too many requests from this network failed. Try again in a minute.", TooManyRequests);

    /// <summary>The reason in the record of attempts. The two temporary errors have one code, and two causes.</summary>
    public string Reason => Status switch { TooManyRequests => "too-many", ServiceUnavailable => "unavailable", _ => Error };

    /// <summary>The id of the client that did not authenticate, where there is such a client; null otherwise. Not part of the answer.</summary>
    public string? ClientId { get; init; }

    /// <summary>True when the server, and not the client, must change something.</summary>
    public bool IsTemporary => Status is TooManyRequests or ServiceUnavailable;

    /// <summary>The request breaks a rule of its form.</summary>
    public static OAuthError InvalidRequest(string description, int status = BadRequest) => new("invalid_request", description, status);

    /// <summary>The client is not known or did not authenticate.</summary>
    public static OAuthError InvalidClient(string description) => new("invalid_client", description, Unauthorized);

    /// <summary>The code or refresh token is not good.</summary>
    public static OAuthError InvalidGrant(string description) => new("invalid_grant", description);

    /// <summary>The scope is wider than the grant.</summary>
    public static OAuthError InvalidScope(string description) => new(InvalidScopeCode, description);

    /// <summary>The resource is another than the grant's (RFC 8707 §2).</summary>
    public static OAuthError InvalidTarget(string description) => new("invalid_target", description);

    /// <summary>The proof of possession is not good (RFC 9449 §5).</summary>
    public static OAuthError InvalidProof(string description) => new("invalid_dpop_proof", description);
}
