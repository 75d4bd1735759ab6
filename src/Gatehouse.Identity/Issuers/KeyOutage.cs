namespace Gatehouse.Identity.Issuers;

/// <summary>
/// Keys of an issuer that cannot be fetched, for the operator. An outage is reported when a fetch fails first, and when the keys are too old.
/// </summary>
/// <param name="Fault">The fault of the last fetch.</param>
/// <param name="UsableUntil">The time until which the last good keys serve; null where none serve, so that tokens of the issuer are refused.</param>
public sealed record KeyOutage(Exception Fault, DateTimeOffset? UsableUntil)
{
    /// <summary>The fault of a document that is not as it must be, in words of this program; null for any other.</summary>
    public string? DocumentFault => Fault is FormatException ? Fault.Message.TrimEnd('.') : null;
}
