namespace Gatehouse.Range.Running;

/// <summary>A log from which persons can be erased, as the exercise uses it.</summary>
public interface IErasableLog
{
    /// <summary>The folder of everything that belongs to it.</summary>
    string Folder { get; }

    /// <summary>Writes an entry about a person.</summary>
    Task WriteAsync(string person);

    /// <summary>Erases a person.</summary>
    Task EraseAsync(string person);

    /// <summary>Returns the texts of all entries, as a reader with everything in the folder sees them.</summary>
    string Read();

    /// <summary>Returns the files of the keys.</summary>
    IReadOnlyDictionary<string, byte[]> CopyKeys();

    /// <summary>Puts older files of the keys back.</summary>
    void RestoreKeys(IReadOnlyDictionary<string, byte[]> copy);
}
