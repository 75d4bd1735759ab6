namespace Gatehouse.Administration;

/// <summary>The evidence that an administrator must show for an act (design rule 12).</summary>
internal enum ActionStrength
{
    /// <summary>The system account at the other end.</summary>
    Account,

    /// <summary>The account, and also a person: an administrator token, or a confirmation typed at a terminal where the host takes one.</summary>
    Person,

    /// <summary>
    /// The account, and also an administrator token of whatever person, or a confirmation typed at a terminal where the host takes one. The act
    /// itself judges what the person may do. Where the host takes confirmations there is one person, so that only showing needs no confirmation.
    /// </summary>
    Holder,
}
