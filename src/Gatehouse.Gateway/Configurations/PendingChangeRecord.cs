using Gatehouse.Diagnostics;
using Gatehouse.Files;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// The change under way, and the record about it in the folder of the texts. If the process ends within the change, the next one finds the record,
/// and undoes the entry <see cref="EntryActs.Applied"/> that is in the log or may be.
/// </summary>
/// <remarks>
/// <para>Three invariants hold. A record that cannot be read now may be readable later: it is neither replaced nor removed until it was read, because
/// it is the only trace of another change. A change comes into force only without its record (<see cref="RemoveBeforeForce"/>). While a change
/// is under way, the entries of earlier changes leave its record in place (<see cref="RemoveOfEarlier"/>).</para>
/// <para>Changes come one after the other. Entries of earlier changes may be written at the same time.</para>
/// </remarks>
/// <param name="store">The folder of the texts.</param>
/// <param name="log">Receives what could not be read, kept or removed.</param>
internal sealed class PendingChangeRecord(ConfigurationStore store, ILogger log)
{
    private volatile ChangeUnderWay? underWay; // from its record until it is in force or refused
    private volatile State state;

    /// <summary>True from the begin of a change until it is in force or refused.</summary>
    public bool IsUnderWay => underWay is not null;

    /// <summary>
    /// Reads the record of an earlier process. One that is damaged is <see cref="PendingChange.Damaged"/>. One that cannot be read now is null here,
    /// and is returned by <see cref="ReadAgain"/> later.
    /// </summary>
    /// <returns>The record; null where there is none, or it cannot be read.</returns>
    public PendingChange? Read()
    {
        try
        {
            var change = store.Change.Read();
            state = State.None;
            return change;
        }
        catch (InvalidDataException e)
        {
            log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
            state = State.None;
            return PendingChange.Damaged;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (state != State.Unread) log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
            state = State.Unread;
            return null;
        }
    }

    /// <summary>Reads the record of an earlier process that could not be read before.</summary>
    /// <returns>The record; null where there is none that was not read, or it still cannot be read.</returns>
    public PendingChange? ReadAgain() => state == State.Unread && !IsUnderWay ? Read() : null;

    /// <summary>Begins a change. Its record is not written yet.</summary>
    /// <param name="name">The name of the change, which its entries have.</param>
    /// <param name="record">The record about it.</param>
    public void Begin(string name, PendingChange record) => underWay = new ChangeUnderWay(name, record);

    /// <summary>Ends the change under way: it is in force, or was refused, or did not begin. Its record is not touched.</summary>
    public void End() => underWay = null;

    /// <summary>The name of the change under way; null for none.</summary>
    public string? Name => underWay?.Name;

    /// <summary>The record about the change under way, as it was begun; null for none.</summary>
    public PendingChange? Record => underWay?.Record;

    /// <summary>
    /// Writes the record about a change. A record that cannot be written is reported and refuses nothing: without it the entry of a change is
    /// believed if the process ends within it. Evidence of that is no reason to refuse a change, which may take a right away.
    /// </summary>
    public void Write(PendingChange change)
    {
        if (state == State.Unread) return; // reported when it could not be read
        try
        {
            store.Change.Begin(change);
            state = State.OfChange;
        }
        catch (NotOnDiskException e)
        {
            state = State.OfChange; // it is there, so it has to go before the configuration is in force
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
    }

    /// <summary>Removes the record. One that cannot be removed is reported, and removed later by <see cref="RemoveLeft"/>.</summary>
    public void Remove()
    {
        if (state == State.Unread) return;
        try
        {
            RemoveNow();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (state != State.Left) log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
            state = State.Left;
        }
    }

    /// <summary>Removes the record of a change before, whose entry is in the log now. That of a change under way stays.</summary>
    public void RemoveOfEarlier()
    {
        if (!IsUnderWay) Remove();
    }

    /// <summary>Removes a record that could not be removed before, and is about no change under way.</summary>
    public void RemoveLeft()
    {
        if (state == State.Left && !IsUnderWay) Remove();
    }

    /// <summary>
    /// Removes the record of the change under way, directly before the configuration is in force. Where that record could not be written, another one
    /// may be there. It names another change, so it refuses nothing if it cannot be removed.
    /// </summary>
    /// <exception cref="IOException">The record about the change cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void RemoveBeforeForce()
    {
        if (!IsUnderWay) return;
        if (state == State.OfChange) RemoveNow();
        else Remove();
    }

    /// <summary>
    /// Removes the record about the last change, if one is there. Called in the turn of the changes, when no entry waits for the log: the entry of
    /// that record is written.
    /// </summary>
    /// <exception cref="IOException">The record cannot be removed, or is of an earlier process and cannot be read now.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void RemoveOfLastChange()
    {
        if (state == State.Unread) throw new IOException($"the record 'pending' in {store.Path} cannot be read");
        RemoveNow();
    }

    private void RemoveNow()
    {
        store.Change.End();
        state = State.None;
    }

    /// <summary>The record in the folder, as far as this process knows.</summary>
    private enum State
    {
        /// <summary>There is none, or one whose entry is being written.</summary>
        None,

        /// <summary>It is about the change under way, or about the last one.</summary>
        OfChange,

        /// <summary>It could not be removed, and is about no change under way.</summary>
        Left,

        /// <summary>It is of an earlier process and could not be read. No other one takes its place.</summary>
        Unread,
    }

    /// <summary>A change under way.</summary>
    /// <param name="Name">Its name, which its entries have.</param>
    /// <param name="Record">The record about it.</param>
    private sealed record ChangeUnderWay(string Name, PendingChange Record);
}
