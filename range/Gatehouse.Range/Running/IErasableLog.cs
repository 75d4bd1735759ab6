namespace Gatehouse.Range.Running;

/// <summary>A log from which persons can be erased, as the exercise uses it.</summary>
public interface IErasableLog
{
    /// <summary>The folder of everything that belongs to it.</summary>
    string Folder { get; }

    /// <summary>Writes an entry about a person with the whole request, makes the index, and names the person in an earlier configuration.</summary>
    Task WriteAsync(string person);

    /// <summary>Erases a person.</summary>
    Task EraseAsync(string person);

    /// <summary>Returns each place that an erasure has to reach, and whether the person is found in it with all keys that are left.</summary>
    Task<IReadOnlyList<(string Place, bool IsFound)>> LookAsync(string person);

    /// <summary>Returns the texts of all entries, as a reader with everything in the folder sees them.</summary>
    string Read();

    /// <summary>Returns the files of the keys.</summary>
    IReadOnlyDictionary<string, byte[]> CopyKeys();

    /// <summary>Puts older files of the keys back. The writer of the log ends before.</summary>
    Task RestoreKeysAsync(IReadOnlyDictionary<string, byte[]> copy);
}
