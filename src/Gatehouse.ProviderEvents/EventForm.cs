using Gatehouse.Identity.Issuers;

namespace Gatehouse.ProviderEvents;

/// <summary>The forms in which a provider signs an event.</summary>
/// <param name="Type">The <c>typ</c> of the header. Threat: an access token or ID token is taken for an event (RFC 8725 §3.11).</param>
/// <param name="MaxAge">The age from which an event is refused.</param>
/// <param name="HasEnd">True where <c>exp</c> is required.</param>
internal sealed record EventForm(string Type, TimeSpan MaxAge, bool HasEnd)
{
    /// <summary>
    /// A security event token (RFC 8417). It may wait at the transmitter while the gateway is down, so that its age may be the longest life of a
    /// token that the gateway accepts.
    /// </summary>
    public static readonly EventForm SecurityEvent = new("secevent+jwt", IssuerProfile.LongestMaxLifetime, false);

    /// <summary>A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4).</summary>
    public static readonly EventForm Logout = new("logout+jwt", TimeSpan.FromMinutes(5), true);
}
