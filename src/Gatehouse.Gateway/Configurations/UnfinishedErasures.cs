using System.Text;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Records, beside the texts of configurations, about erasures of persons that are not completed. The log may not know a person any more when the
/// erasure is run again.
/// </summary>
/// <param name="folder">The folder of the texts.</param>
internal sealed class UnfinishedErasures(SealedFolder folder)
{
    private const string UnsearchedName = "unsearched";
    private const string WaitingName = "waiting-erasures";
    private const int MostWaitingBytes = 64 << 10;

    /// <summary>True while a text could not be searched or deleted for the erasure of a known person.</summary>
    public bool HasUnsearched => File.Exists(folder.PathOf(UnsearchedName));

    /// <summary>Records whether that is so. On return it is on the disk, and no loss of power takes it back.</summary>
    /// <exception cref="IOException">It cannot be written, or whether it is on the disk is not known.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void SetUnsearched(bool isSo)
    {
        if (isSo) folder.WriteDurably(UnsearchedName, []);
        else folder.DeleteDurably(UnsearchedName);
    }

    /// <summary>
    /// Returns whether the erasure of a person waits for another configuration: the one in force named the person when the keys were destroyed.
    /// </summary>
    /// <param name="person">The digest of the person's issuer and subject.</param>
    /// <exception cref="IOException">The record cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public bool IsWaiting(string person) => ReadWaiting().Contains(person);

    /// <summary>Records whether that is so. On return it is on the disk. Where the record is full, the oldest person in it is left out.</summary>
    /// <param name="person">The digest of the person's issuer and subject.</param>
    /// <param name="isSo">True where the erasure waits.</param>
    /// <exception cref="IOException">It cannot be written, or whether it is on the disk is not known.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void SetWaiting(string person, bool isSo)
    {
        var waiting = ReadWaiting();
        if (waiting.Contains(person) == isSo) return;
        if (!isSo) waiting.Remove(person);
        else waiting.Add(person);
        if (waiting.Count == 0) folder.DeleteDurably(WaitingName);
        else folder.WriteDurably(WaitingName, Encoding.ASCII.GetBytes(string.Join('\n', waiting.TakeLast(MostWaitingBytes / (person.Length + 1)))));
    }

    // A record that is damaged is none: the person then has the answer of a name that the log does not know.
    private List<string> ReadWaiting()
    {
        try
        {
            return folder.Read(WaitingName, MostWaitingBytes) is { } bytes ? [.. Encoding.ASCII.GetString(bytes).Split('\n')] : [];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
