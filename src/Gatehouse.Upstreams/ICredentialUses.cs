namespace Gatehouse.Upstreams;

/// <summary>
/// The record of uses of credentials that belong to no exchange: each has an entry of its own, and beyond a rate several are counted in one.
/// </summary>
internal interface ICredentialUses
{
    /// <summary>Records a use. It does not wait.</summary>
    void Note(OutsideUse use);
}
