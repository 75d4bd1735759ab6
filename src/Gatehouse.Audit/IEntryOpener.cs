using System.Text.Json;

namespace Gatehouse.Audit;

/// <summary>Opens the personal facts of entries that are read back.</summary>
public interface IEntryOpener
{
    /// <summary>Names the keys that were destroyed: another text after each destruction, when opened entries that are kept are made again.</summary>
    string State { get; }

    /// <summary>
    /// Returns the entry with its personal facts as members. <c>who</c> has the pseudonyms; those whose key was destroyed, or is not here, are in
    /// <c>closed</c> as well. An entry without sealed facts is returned as it is. Safe for concurrent use.
    /// </summary>
    JsonElement Open(JsonElement entry);
}
