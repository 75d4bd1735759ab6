namespace Gatehouse.Administration;

/// <summary>What an act does to rights; this decides what happens where the audit log cannot be written (ID-08).</summary>
internal enum ActionEffect
{
    /// <summary>It reads. It leaves no entry when it is done.</summary>
    Reads,

    /// <summary>It takes a right away. It works in an emergency as well, also with a full disk.</summary>
    Withdraws,

    /// <summary>It gives a right or changes one. Without its entry it is not done.</summary>
    Grants,
}
