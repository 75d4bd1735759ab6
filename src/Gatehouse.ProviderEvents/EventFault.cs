namespace Gatehouse.ProviderEvents;

/// <summary>The reason why an event is refused, or cannot be taken now.</summary>
/// <param name="Error">The error code for the transmitter (RFC 8935 §2.4).</param>
/// <param name="Cause">The cause in a word, as entries name it.</param>
/// <param name="IsTemporary">True where the same event may be taken later: it is neither acknowledged nor refused.</param>
internal sealed record EventFault(string Error, string Cause, bool IsTemporary = false)
{
    public static readonly EventFault TooLarge = new("invalid_request", "size");
    public static readonly EventFault Authentication = new("authentication_failed", "push-token");
    public static readonly EventFault Malformed = new("invalid_request", "form");
    public static readonly EventFault Type = new("invalid_request", "type");
    public static readonly EventFault Algorithm = new("invalid_key", "algorithm");
    public static readonly EventFault Key = new("invalid_key", "key");
    public static readonly EventFault Signature = new("invalid_key", "signature");
    public static readonly EventFault Issuer = new("invalid_issuer", "issuer");
    public static readonly EventFault Audience = new("invalid_audience", "audience");
    public static readonly EventFault Time = new("invalid_request", "time");
    public static readonly EventFault Id = new("invalid_request", "id");
    public static readonly EventFault Subject = new("invalid_request", "subject");
    public static readonly EventFault SubjectIssuer = new("invalid_request", "subject-issuer");
    public static readonly EventFault KeysUnavailable = new("temporarily_unavailable", "keys-unavailable", true);
    public static readonly EventFault NotStored = new("temporarily_unavailable", "not-stored", true);
    public static readonly EventFault NotRecorded = new("temporarily_unavailable", "not-recorded", true);
}
