namespace Gatehouse.Identity.Issuers;

/// <summary>The shape of each kind of issuer.</summary>
internal static class TokenProfiles
{
    private static readonly StrictTokenProfile Strict = new();
    private static readonly EntraTokenProfile Entra = new();
    private static readonly AdFsTokenProfile AdFs = new();

    /// <summary>Returns the shape of a kind.</summary>
    public static ITokenProfile Of(IssuerKind kind) => kind switch
    {
        IssuerKind.Entra => Entra,
        IssuerKind.AdFs => AdFs,
        _ => Strict,
    };
}
