using System.Globalization;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>
/// Entries at the start of a log that are not in its folder, in words: they may be archived, or missing. The number comes from the files, or from a
/// checkpoint that a key beside the log signed. The threat: any writer of the folder can make a checkpoint that claims any size.
/// </summary>
public static class ArchivedEntries
{
    /// <summary>Returns the entries in words, such as "entries 0 to 511 of log-0001"; null where none is absent.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static string? Of(EvidenceLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!log.IsFolder) return $"the entries of {log.Name}, which is not a folder,";
        using var snapshot = log.Open();
        if (snapshot.Entries().Select(static entry => (long?)entry.Index).FirstOrDefault() is { } first) return UpTo(first, log);
        return snapshot.Checkpoint switch
        {
            { Size: 0 } => null,
            { Size: var size } when IsSigned(snapshot) => UpTo(size, log),
            null when !snapshot.HasTiles => null, // a log that is about to begin
            _ => $"the entries of {log.Name}, whose number no signed checkpoint shows,",
        };
    }

    private static string? UpTo(long first, EvidenceLog log) =>
        first > 0 ? string.Create(CultureInfo.InvariantCulture, $"entries 0 to {first - 1} of {log.Name}") : null;

    private static bool IsSigned(LogSnapshot snapshot)
    {
        var keys = snapshot.Keys().Select(static line => NoteKey.TryParse(line, out var key, out _) ? key : null).OfType<NoteKey>()
            .Where(key => key.IsSupported && key.Name == snapshot.Checkpoint!.Origin);
        return snapshot.Note!.Verified([.. keys]) is { Count: > 0 };
    }
}
