using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The names of the requested resource, one, several or both, and the issuers that it takes; without an allocation.</summary>
internal readonly struct AcceptedAudiences
{
    private readonly string? only;
    private readonly IReadOnlyList<string>? several;
    private readonly IReadOnlyList<string>? issuers;

    public AcceptedAudiences(string only)
    {
        ArgumentException.ThrowIfNullOrEmpty(only);
        this.only = only;
    }

    public AcceptedAudiences(IReadOnlyList<string> several)
    {
        ArgumentNullException.ThrowIfNull(several);
        this.several = several;
    }

    public AcceptedAudiences(TokenUse use)
    {
        only = use.Resource;
        several = use.OtherAudiences;
        issuers = use.Issuers;
    }

    /// <summary>Returns whether the resource takes tokens of an issuer.</summary>
    public bool AcceptsIssuer(string issuer) => issuers is not { Count: > 0 } || issuers.Contains(issuer, StringComparer.Ordinal);

    /// <summary>Returns whether a token names at least one of them; never when there are none.</summary>
    public bool AreNamedBy(VerifiedToken token)
    {
        foreach (var presented in token.Audiences)
        {
            if (Includes(presented))
                return true;
        }

        return false;
    }

    private bool Includes(string presented)
    {
        if (only is not null && ResourceAudience.Matches(only, presented))
            return true;
        for (var index = 0; index < (several?.Count ?? 0); index++)
        {
            if (ResourceAudience.Matches(several![index], presented))
                return true;
        }

        return false;
    }
}
