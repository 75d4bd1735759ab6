using System.Globalization;

namespace Gatehouse.Administration;

/// <summary>The authentication that an administrator must show (RFC 9470 §3).</summary>
/// <param name="AcrValues">Contexts or methods, of which the token must name one; empty when any is enough.</param>
/// <param name="MaxAge">The longest time in seconds since the person authenticated; null when any time is accepted.</param>
internal sealed record RequiredAuthentication(IReadOnlyList<string> AcrValues, int? MaxAge)
{
    /// <summary>The error code of RFC 9470 §3.</summary>
    public const string Error = "insufficient_user_authentication";

    /// <summary>True where only the demand for a factor is missing, and the configuration names none: it is the default.</summary>
    public bool IsByDefault { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Join(" and ", Parts());

    private IEnumerable<string> Parts()
    {
        if (AcrValues.Count > 0) yield return $"acr_values={string.Join(' ', AcrValues)}";
        if (MaxAge is { } seconds) yield return string.Create(CultureInfo.InvariantCulture, $"max_age={seconds}");
    }
}
