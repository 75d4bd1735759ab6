namespace Gatehouse.Storage.Abstractions;

/// <summary>The outcome of using a credential up.</summary>
public enum SpendOutcome
{
    /// <summary>No such credential, its time is over, or its grant has ended.</summary>
    Unknown,

    /// <summary>It is spent now, by this act and no other.</summary>
    Spent,

    /// <summary>It was spent before; its grant may have ended since. Nothing was changed.</summary>
    AlreadySpent,
}
