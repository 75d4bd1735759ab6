namespace Gatehouse.Storage.Abstractions;

/// <summary>Outcomes of adding a question.</summary>
public enum ApprovalAdding
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>An open or granted one with the digest is there. Nothing was added.</summary>
    Exists,

    /// <summary>The party, or all parties together, have as many open ones as they may. Nothing was added.</summary>
    Crowded,
}
