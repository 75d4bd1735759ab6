namespace Gatehouse.Identity.Issuers;

/// <summary>
/// Keys of an issuer that cannot be fetched, for the operator. An outage is reported when a fetch fails first, and when the keys are too old.
/// </summary>
/// <param name="Cause">The cause of the last failure, in words of this program. It may quote a document of the issuer.</param>
/// <param name="UsableUntil">The time until which the last good keys serve; null where none serve, so that tokens of the issuer are refused.</param>
public sealed record KeyOutage(string Cause, DateTimeOffset? UsableUntil);
