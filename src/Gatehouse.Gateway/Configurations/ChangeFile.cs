namespace Gatehouse.Gateway.Configurations;

/// <summary>The file about a change under way, beside the texts of configurations.</summary>
/// <param name="folder">The folder of the texts.</param>
internal sealed class ChangeFile(SealedFolder folder)
{
    private const string PendingName = "pending";
    private const int MostPendingBytes = 256 << 10;

    /// <summary>Records that a change is under way. On return this is on the disk, and no loss of power takes it back.</summary>
    /// <exception cref="NotOnDiskException">It is written, and whether it is on the disk is not known.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void Begin(PendingChange change) => folder.WriteDurably(PendingName, change.ToBytes());

    /// <summary>Returns the change that was under way when a process ended, or null for none.</summary>
    /// <exception cref="InvalidDataException">The record does not open, or is damaged.</exception>
    /// <exception cref="IOException">The record cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public PendingChange? Read() => folder.Read(PendingName, MostPendingBytes) is { } bytes ? PendingChange.Of(bytes) : null;

    /// <summary>Records that no change is under way. On return this is on the disk.</summary>
    /// <exception cref="IOException">The record cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void End() => folder.DeleteDurably(PendingName);
}
