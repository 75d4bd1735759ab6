namespace Gatehouse.Integrity.Locks;

/// <summary>The relation of a definition to the lock.</summary>
public enum LockState
{
    /// <summary>It is the same.</summary>
    Equal = 0,

    /// <summary>It is the same but for a text that a rule lets change.</summary>
    Volatile,

    /// <summary>The lock has it, the server does not. This is normal where callers see different lists, and is still reported.</summary>
    Missing,

    /// <summary>The server has it, the lock does not.</summary>
    New,

    /// <summary>Both have it, and a model would read them differently.</summary>
    Different,

    /// <summary>One name is gone and another came with nearly the same content. It must be approved as new.</summary>
    ProbablyRenamed,
}
