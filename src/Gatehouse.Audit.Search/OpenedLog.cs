using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Search;

/// <summary>Reads a log of this machine together with the keys beside it.</summary>
public static class OpenedLog
{
    /// <summary>
    /// All entries of a log, as <see cref="AuditLogReader.Read"/> gives them, with what they say about persons. Where the keys are absent, or one was
    /// destroyed, an entry has pseudonyms instead.
    /// </summary>
    /// <param name="folder">The folder of the log, in its state folder.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AuditVersionException">An entry is of a version that is not read.</exception>
    /// <exception cref="Storage.Abstractions.StoreException">The keys cannot be read.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static IEnumerable<JsonElement> Read(string folder, TimeProvider time)
    {
        using var keys = StoredSubjectKeys.Beside(folder, time);
        var opener = keys is null ? null : new EntryOpener(keys);
        foreach (var entry in AuditLogReader.Read(folder, opener)) yield return entry;
    }
}
