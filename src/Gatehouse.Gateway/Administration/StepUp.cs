using Gatehouse.Administration;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Administration;

/// <summary>The authentication that <c>administration.strengths</c> and <c>administration.maxAge</c> demand (AZ-10).</summary>
internal static class StepUp
{
    /// <summary>The most by which the clock of whoever authenticated the person may be ahead.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Returns what is missing; null where it is shown. Evidence that does not say how or when the person authenticated does not show it.
    /// </summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="person">The person, with context and methods of the authentication.</param>
    /// <param name="authenticatedAt">The moment of the authentication; null where it is not known.</param>
    /// <param name="now">The moment.</param>
    public static RequiredAuthentication? Missing(
        GatewaySettings settings, VerifiedToken person, DateTimeOffset? authenticatedAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (rules, demanded) = (settings.Administration, settings.AdministrationStrengths);
        var strengths = PolicySubjects.Of(person).Strengths;
        var isStrong = demanded.Count == 0 || demanded.Any(strength => strengths.Contains(strength));
        // Threat: an authentication in the future would count as recent without limit.
        var isRecent = rules.MaxAge == TimeSpan.Zero || authenticatedAt is { } at && now - at <= rules.MaxAge && at - now <= ClockSkew;
        return isStrong && isRecent ? null
            : new RequiredAuthentication(demanded, rules.MaxAge == TimeSpan.Zero ? null : (int)rules.MaxAge.TotalSeconds)
            { IsByDefault = rules.Strengths is null && isRecent };
    }
}
