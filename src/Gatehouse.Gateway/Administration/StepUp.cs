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
    /// <param name="rules">The configuration in force.</param>
    /// <param name="person">The person, with context and methods of the authentication.</param>
    /// <param name="authenticatedAt">The moment of the authentication; null where it is not known.</param>
    /// <param name="now">The moment.</param>
    public static RequiredAuthentication? Missing(
        AdministrationSettings rules, VerifiedToken person, DateTimeOffset? authenticatedAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var strengths = PolicySubjects.Of(person).Strengths;
        var isStrong = rules.Strengths.Count == 0 || rules.Strengths.Any(strength => strengths.Contains(strength));
        // Threat: an authentication in the future would count as recent without limit.
        var isRecent = rules.MaxAge == TimeSpan.Zero || authenticatedAt is { } at && now - at <= rules.MaxAge && at - now <= ClockSkew;
        return isStrong && isRecent ? null
            : new RequiredAuthentication(rules.Strengths, rules.MaxAge == TimeSpan.Zero ? null : (int)rules.MaxAge.TotalSeconds);
    }
}
