namespace Gatehouse.Range.Running;

/// <summary>A gateway with a log of calls from which persons can be erased while a call is open, as the exercise uses it.</summary>
public interface ICallLog
{
    /// <summary>Begins a call of a person. Its server does not answer yet.</summary>
    Task BeginCallAsync(string person);

    /// <summary>Erases a person.</summary>
    Task EraseAsync(string person);

    /// <summary>The server answers the call of a person. Returns when its last entry is written.</summary>
    Task EndCallAsync(string person);

    /// <summary>The person calls again, in the same session. Returns when the last entry of that call is written.</summary>
    Task CallAgainAsync(string person);

    /// <summary>
    /// Returns whether an entry that names the person has the id of the first call, or its session: it leads to the entries from before the erasure.
    /// </summary>
    Task<bool> IsLinkedAsync(string person, bool bySession);
}
