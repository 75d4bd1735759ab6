namespace Gatehouse.Settings;

/// <summary>
/// The events of an issuer about its people: by poll (RFC 8936), by push (RFC 8935), and as logout tokens (OpenID Connect Back-Channel Logout 1.0).
/// </summary>
public sealed record IssuerEventsSettings
{
    /// <summary>The endpoint of the stream that the gateway polls; null for no poll.</summary>
    public Uri? Poll { get; init; }

    /// <summary>
    /// The <c>iss</c> of the events, whose keys the metadata of Shared Signals name; null where the issuer signs them with the keys of its tokens.
    /// </summary>
    public string? Transmitter { get; init; }

    /// <summary>The <c>aud</c> of events for this gateway; null for the origin of its public URL.</summary>
    public string? Audience { get; init; }

    /// <summary>Reference to the bearer token with which the gateway polls; null where the issuer issues one to the gateway's client.</summary>
    public SecretReference? Token { get; init; }

    /// <summary>The scopes of the token that the issuer issues for polls. Default none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Reference to the bearer token that the transmitter sends with a push; null where the gateway takes no push.</summary>
    public SecretReference? PushToken { get; init; }

    /// <summary>True where the gateway takes logout tokens of the issuer. Default false.</summary>
    public bool Logout { get; init; }
}
