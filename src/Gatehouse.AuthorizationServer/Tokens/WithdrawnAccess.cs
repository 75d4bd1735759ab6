namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The result of a withdrawal.</summary>
/// <param name="Consents">Consents that were removed.</param>
/// <param name="Grants">Grants that were ended.</param>
/// <param name="Exchanges">Exchanges under way, such as open streams, that ended with the grants.</param>
internal readonly record struct WithdrawnAccess(int Consents, int Grants, int Exchanges)
{
    /// <summary>True when there was neither a consent nor a grant.</summary>
    public bool IsNothing => Consents + Grants == 0;
}
