namespace Gatehouse.Administration;

/// <summary>The journal of acts.</summary>
internal interface IAdministrationJournal
{
    /// <summary>True when an entry can be written now.</summary>
    bool IsAvailable { get; }

    /// <summary>Writes a control entry and returns when it is on stable storage. Returns false when that failed.</summary>
    Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts);

    /// <summary>Writes a control entry about a refused request. Beyond a rate they are counted in one.</summary>
    void NoteRefused(string who, string act, params (string Name, string Value)[] facts);
}
