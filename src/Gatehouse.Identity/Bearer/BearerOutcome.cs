namespace Gatehouse.Identity.Bearer;

/// <summary>The content of the <c>Authorization</c> header of a request.</summary>
public enum BearerOutcome
{
    /// <summary>No credential: answered 401 with a challenge that names no error (RFC 6750 §3.1).</summary>
    Missing,

    /// <summary>Two headers, another scheme, or characters outside the b64token grammar (RFC 6750 §2.1).</summary>
    Malformed,

    /// <summary>A token longer than <see cref="BearerCredential.MaxTokenLength"/>.</summary>
    TooLarge,

    /// <summary>Exactly one well-formed bearer token, not yet validated.</summary>
    Present,
}
