namespace Gatehouse.Administration;

/// <summary>The effect of an act on rights. It decides the behaviour where the audit log cannot be written (ID-08).</summary>
internal enum ActionEffect
{
    /// <summary>It reads. It leaves no entry when it is done.</summary>
    Reads,

    /// <summary>It shows what the log holds about people. It leaves an entry, and without its entry nothing is shown.</summary>
    Discloses,

    /// <summary>It takes a right away. It also works in an emergency, and with a full disk.</summary>
    Withdraws,

    /// <summary>It gives a right or changes one. Without its entry it is not done.</summary>
    Grants,
}
