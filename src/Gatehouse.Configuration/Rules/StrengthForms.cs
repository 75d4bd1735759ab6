using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// The forms in which issuers can show how a person authenticated. The profile and the configuration decide it: what a provider says of its claims
/// (<c>claims_supported</c>) is about ID tokens, and providers leave it incomplete.
/// </summary>
internal static class StrengthForms
{
    /// <summary>
    /// Returns whether tokens of at least one issuer or sign-in provider can show one of the strengths. RFC 9068 §2.2.1 and AD FS have <c>amr</c>,
    /// and so has Entra version 1.0. Entra version 2.0 has only the authentication contexts in <c>acrs</c>.
    /// </summary>
    public static bool CanBeShown(ConfigurationSection root, IReadOnlyList<ConfiguredItem> strengths)
    {
        var issuers = (IReadOnlyList<ConfigurationSection>)[.. root.Parts("issuers"), .. root.Part("authorizationServer").Parts("providers")];
        return issuers.Count == 0 || !issuers.All(IsEntraVersion2) || strengths.Any(strength => IsEntraContext(strength.Text));
    }

    private static bool IsEntraVersion2(ConfigurationSection issuer) =>
        issuer.Get<string>("profile") == "entra" && issuer.Get<string>("issuer")?.EndsWith("/v2.0", StringComparison.Ordinal) == true;

    // c1 to c99 (Microsoft, "Developer guide to Conditional Access authentication context").
    private static bool IsEntraContext(string value) =>
        value.Length is 2 or 3 && value[0] == 'c' && value[1] != '0' && value.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
