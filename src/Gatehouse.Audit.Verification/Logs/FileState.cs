namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Result of an attempt to read a file of a log.</summary>
public enum FileState
{
    /// <summary>It was read.</summary>
    Read,

    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>Its name belongs to a folder, a link, a pipe or a device, or a folder above it is none. It was not opened.</summary>
    NotAFile,

    /// <summary>It is longer than a file of its kind can be. It was not read.</summary>
    TooLong,
}
