namespace Gatehouse.Audit.Log;

/// <summary>
/// Words for the part of a log that is not as it was left. The entry that begins the next log has the word only: a message would put names of files
/// of this machine, and text that a writer of the folder chose, into a log that is handed out.
/// </summary>
internal static class DamagedPart
{
    /// <summary>The copy of the verifier keys.</summary>
    public const string Keys = "keys";

    /// <summary>The record of what was published last, beside the keys.</summary>
    public const string Record = "record";

    /// <summary>The checkpoint.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The journal.</summary>
    public const string Journal = "journal";

    /// <summary>Tiles.</summary>
    public const string Tree = "tree";

    /// <summary>The root of the entries, which is not the one that was published.</summary>
    public const string Root = "root";
}
