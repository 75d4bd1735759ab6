namespace Gatehouse.Settings;

/// <summary>What the tokens of an issuer look like.</summary>
public enum IssuerProfileName
{
    /// <summary>RFC 9068. The default.</summary>
    Strict,

    /// <summary>Microsoft Entra ID, versions 1.0 and 2.0.</summary>
    Entra,

    /// <summary>Active Directory Federation Services.</summary>
    AdFs,
}
