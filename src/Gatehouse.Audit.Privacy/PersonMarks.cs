using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// Marks of persons for rows of a store whose identifier is in clear in entries, and that outlive an erasure. A mark says whether the entries from
/// the time of the row can still be opened.
/// </summary>
/// <remarks>
/// The threat: the entry about the end of such a row has the identifier, and the person's name under a new key. Together they give back the name to
/// the entries about its beginning, whose key was destroyed (DP-03). A mark is the name of that key, so it holds over a start and for retention as
/// well.
/// </remarks>
/// <param name="keys">Returns the keys of persons.</param>
public sealed class PersonMarks(Func<SubjectKeys> keys)
{
    /// <summary>Returns the mark of a person for a row that is made now.</summary>
    /// <param name="person">The person.</param>
    /// <param name="entryClass">The class of the entries about the row.</param>
    /// <param name="at">The time of the row.</param>
    /// <returns>Null where there is no key and none can be made.</returns>
    public string? Of(SubjectOwner person, EntryClass entryClass, DateTimeOffset at)
    {
        try
        {
            return keys().For(person, entryClass, at).Pseudonym;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    /// <summary>
    /// Returns whether an entry may name the person of a row. A row without a mark is of an earlier build, or was made when there was no key, so it
    /// cannot be known and the answer is no.
    /// </summary>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public bool MayName(string? mark) => mark is not null && keys().Find(mark) is not null;
}
