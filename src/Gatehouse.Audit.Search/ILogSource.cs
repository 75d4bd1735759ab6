using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Search;

/// <summary>The log that an index is made from, as entries in order. The form in which the log is stored is behind it.</summary>
public interface ILogSource
{
    /// <summary>
    /// Names the state in which entries are read: another text once keys of what they say about persons were destroyed. An index of an earlier state
    /// is made again.
    /// </summary>
    string State => "";

    /// <summary>Returns the names of the logs that are there, oldest first. Names are in ordinal order.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IReadOnlyList<string> Logs();

    /// <summary>Returns the number of entries of a log that are under its newest checkpoint; null where it is not known.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    long? SizeOf(string log) => null;

    /// <summary>Returns entries that are not in the folder of the log: archived, or missing.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IReadOnlyList<AbsentRange> Absent() => [];

    /// <summary>Returns the entries from a position on, oldest first. The bytes of each are valid until the next is read.</summary>
    /// <param name="from">The position of an entry that was read before, which is the first one if it is still there; null for all.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IEnumerable<SourceEntry> ReadFrom(EntryPosition? from);
}
