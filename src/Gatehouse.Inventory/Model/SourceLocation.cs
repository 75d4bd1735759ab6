namespace Gatehouse.Inventory.Model;

/// <summary>A place in a file.</summary>
/// <param name="File">Absolute path.</param>
/// <param name="Line">Line from 1; 0 means the file as a whole.</param>
/// <param name="Offset">Byte offset from 0 in the file as it is on disk; -1 where the format's reader gives none.</param>
public sealed record SourceLocation(string File, int Line, long Offset = -1)
{
    /// <summary>Column from 1, in UTF-16 code units; 0 where it is not known.</summary>
    public int Column { get; init; }
}
