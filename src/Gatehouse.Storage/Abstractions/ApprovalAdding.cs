namespace Gatehouse.Storage.Abstractions;

/// <summary>Outcomes of adding a question, a remembered answer, a kept result or a containment.</summary>
public enum ApprovalAdding
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>One that counts as the same is there. Nothing was added.</summary>
    Exists,

    /// <summary>The bound of a party, a server or all together is reached. Nothing was added.</summary>
    Crowded,
}
