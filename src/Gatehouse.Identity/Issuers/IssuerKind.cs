namespace Gatehouse.Identity.Issuers;

/// <summary>The form of the tokens of an issuer. Each kind has one small type that judges and reads them.</summary>
public enum IssuerKind
{
    /// <summary>RFC 9068 without changes. The default.</summary>
    Strict,

    /// <summary>Microsoft Entra ID, tokens of version 1.0 or 2.0.</summary>
    Entra,

    /// <summary>Active Directory Federation Services, 2016 and later.</summary>
    AdFs,
}
