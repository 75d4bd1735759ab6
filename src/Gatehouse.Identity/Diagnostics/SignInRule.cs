namespace Gatehouse.Identity.Diagnostics;

/// <summary>One rule of the examination of a provider at which people sign in. The reference page has a row for each.</summary>
/// <param name="Id">Its id, in words with hyphens.</param>
/// <param name="Subject">Its subject, in a word.</param>
/// <param name="Verdict">The meaning of the finding.</param>
/// <param name="When">The condition, in words.</param>
/// <param name="Finding">The finding, with <c>{scopes}</c> for the configured scopes that the provider does not list.</param>
/// <param name="Remedy">The remedy, with <c>{redirect}</c> for the redirect URI of the gateway; null where nothing needs to be done.</param>
public sealed record SignInRule(string Id, string Subject, IssuerFindingStatus Verdict, string When, string Finding, string? Remedy)
{
    /// <summary>The condition over metadata, profile and configuration.</summary>
    internal Func<SignInExamination, bool> Applies { get; init; } = static _ => false;

    /// <summary>Returns the finding for a provider.</summary>
    internal IssuerFinding For(SignInExamination one) => new(
        Subject, Verdict, Finding.Replace("{scopes}", string.Join(", ", one.UnknownScopes), StringComparison.Ordinal),
        Remedy?.Replace("{redirect}", one.Demands.RedirectUri, StringComparison.Ordinal))
    { Rule = Id };
}
