namespace Gatehouse.Identity;

/// <summary>The shape of each kind of issuer.</summary>
internal static class TokenShapes
{
    private static readonly StrictTokenShape Strict = new();
    private static readonly EntraTokenShape Entra = new();
    private static readonly AdFsTokenShape AdFs = new();

    /// <summary>The shape of a kind.</summary>
    public static ITokenShape Of(IssuerKind kind) => kind switch
    {
        IssuerKind.Entra => Entra,
        IssuerKind.AdFs => AdFs,
        _ => Strict,
    };
}
