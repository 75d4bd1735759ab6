namespace Gatehouse.Identity.Tokens;

/// <summary>The names of the resource asked for, one, several or both, and the issuers that it takes; without an allocation.</summary>
internal readonly struct AcceptedAudiences
{
    private readonly string? _only;
    private readonly IReadOnlyList<string>? _several;
    private readonly IReadOnlyList<string>? _issuers;

    public AcceptedAudiences(string only)
    {
        ArgumentException.ThrowIfNullOrEmpty(only);
        _only = only;
    }

    public AcceptedAudiences(IReadOnlyList<string> several)
    {
        ArgumentNullException.ThrowIfNull(several);
        _several = several;
    }

    public AcceptedAudiences(TokenUse use)
    {
        _only = use.Resource;
        _several = use.OtherAudiences;
        _issuers = use.Issuers;
    }

    /// <summary>Whether the resource takes tokens of an issuer.</summary>
    public bool Take(string issuer) => _issuers is not { Count: > 0 } || _issuers.Contains(issuer, StringComparer.Ordinal);

    /// <summary>Whether a token names at least one of them; never when there are none.</summary>
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
        if (_only is not null && ResourceAudience.Matches(_only, presented))
            return true;
        for (var index = 0; index < (_several?.Count ?? 0); index++)
        {
            if (ResourceAudience.Matches(_several![index], presented))
                return true;
        }

        return false;
    }
}
