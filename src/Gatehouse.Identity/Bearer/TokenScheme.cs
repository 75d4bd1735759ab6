namespace Gatehouse.Identity.Bearer;

/// <summary>The scheme of the <c>Authorization</c> header under which a token came.</summary>
public enum TokenScheme
{
    /// <summary>RFC 6750.</summary>
    Bearer,

    /// <summary>RFC 9449 §7.1: the request also carries a proof.</summary>
    DPoP,
}
