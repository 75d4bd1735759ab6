using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// A verifier key that an auditor gave from a file in the folder of a log. A person who can write that folder can write the key too, so it proves
/// nothing about who signed the log.
/// </summary>
/// <param name="File">The file, as it was given.</param>
/// <param name="Key">The key.</param>
public sealed record KeyBesideLog(string File, NoteKey Key)
{
    /// <summary>Returns the sentence about the files of keys.</summary>
    /// <param name="keys">The keys, at least one.</param>
    internal static string Sentence(IReadOnlyList<KeyBesideLog> keys)
    {
        var files = keys.Select(key => key.File).Distinct(StringComparer.Ordinal).ToList();
        return $"{string.Join(", ", files)} {(files.Count == 1 ? "is" : "are")} in the folder of a log. A person who can write that folder can write another key "
            + "there, so a key from it proves nothing about who signed the log.";
    }
}
