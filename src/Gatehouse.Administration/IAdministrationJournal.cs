using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Administration;

/// <summary>The journal of acts.</summary>
internal interface IAdministrationJournal
{
    /// <summary>True when an entry can be written now.</summary>
    bool IsAvailable { get; }

    /// <summary>
    /// Returns the journal for the entries of an act that began at a moment. They have no facts about a person who was erased since then.
    /// </summary>
    /// <param name="began">The moment, a timestamp of the clock.</param>
    IAdministrationJournal Since(long began) => this;

    /// <summary>Writes a control entry and returns when it is on stable storage. Returns false when that failed.</summary>
    Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts);

    /// <summary>
    /// Writes a control entry in the part of the log of a person, and returns when it is on stable storage. Returns false when that failed, also
    /// where the part is spent.
    /// </summary>
    /// <param name="person">The person.</param>
    /// <param name="isFollowing">True for an entry that is written even where the part is spent.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="facts">Further facts.</param>
    Task<bool> NoteDurableOfAsync(CallerPartition person, bool isFollowing, string act, params (string Name, string Value)[] facts);

    /// <summary>
    /// Writes a control entry about a refused act and returns when it is on stable storage. Beyond a rate they are counted in one. Returns false when
    /// that failed.
    /// </summary>
    /// <param name="who">The source: the party that was refused.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="facts">Further facts.</param>
    Task<bool> NoteRefusedAsync(RequestSource who, string act, params (string Name, string Value)[] facts) => NoteDurableAsync(act, facts);

    /// <summary>Writes a control entry about a refused request. Beyond a rate they are counted in one.</summary>
    /// <param name="who">The source: the party that was refused.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="attempt">The attempt to authenticate that the entry records; null where the party was authenticated before.</param>
    /// <param name="facts">Further facts.</param>
    void NoteRefused(RequestSource who, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts);

    /// <summary>Counts an attempt to authenticate that has no entry of its own (ID-08).</summary>
    /// <param name="who">The source.</param>
    /// <param name="attempt">The attempt.</param>
    void Count(RequestSource who, AuditAttempt attempt);
}
