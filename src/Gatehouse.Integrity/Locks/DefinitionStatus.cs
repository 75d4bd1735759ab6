namespace Gatehouse.Integrity.Locks;

/// <summary>The visibility of a definition, with the reason where it may not be seen.</summary>
public enum DefinitionStatus
{
    /// <summary>No lock holds the server: nothing of it may be seen.</summary>
    ServerNotLocked = 0,

    /// <summary>The lock was made for another source under the same name.</summary>
    SourceDiffers,

    /// <summary>The lock was made for another command line.</summary>
    CommandDiffers,

    /// <summary>The lock has no such definition.</summary>
    New,

    /// <summary>The lock has another definition of that name.</summary>
    Different,

    /// <summary>No person has approved it, or too few have signed.</summary>
    NotApproved,

    /// <summary>Its approval has ended.</summary>
    Expired,

    /// <summary>It may be seen.</summary>
    Approved,
}
