namespace Gatehouse.Identity.Introspection;

/// <summary>Decides whether there is an outage of introspection. Safe for concurrent use.</summary>
/// <remarks>
/// Threat: a stranger fills the operator log with outages that begin and end, or ends the report of a real one. A text of no use is enough for that,
/// if the issuer, or a proxy before it, answers oddly to some texts. So the answer about a token that is not and was not good decides nothing. It
/// makes the gateway ask about a text of its own, which no stranger chooses, and that answer decides.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="report">Takes the cause of an outage when one begins, and null when it ends.</param>
/// <param name="check">Asks the issuer about a text of the gateway's own. Returns the fault; null where the issuer answers questions.</param>
internal sealed class IntrospectionOutage(TimeProvider time, Action<string?> report, Func<Task<string?>> check)
{
    /// <summary>The pause after a check that did not confirm what a stranger's token met, without another check.</summary>
    public static readonly TimeSpan CheckPause = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private volatile OutageReporter outages = new(time, report);
    private long? unconfirmedAt;
    private long? callersFaultAt;
    private bool isChecking;

    /// <summary>The cause of the outage; null where there is none.</summary>
    public string? Cause => outages.Cause;

    /// <summary>
    /// Shares the outage of the same issuer with other settings, such as at a reload. Otherwise the end of an outage that began before would not be
    /// reported.
    /// </summary>
    /// <param name="earlier">The outage of the earlier settings.</param>
    public void Share(IntrospectionOutage earlier) => outages = earlier.outages;

    /// <summary>Notes what a token met that is good, or was good before: it has the form that the issuer gives to tokens.</summary>
    /// <param name="fault">The fault, in words for the operator; null where the issuer answered the question.</param>
    public void NoteOfACaller(string? fault)
    {
        lock (gate) callersFaultAt = fault is null ? null : time.GetTimestamp();
        if (fault is null) outages.Succeeded();
        else outages.Failed(fault);
    }

    /// <summary>Notes what any other token met. Asks the issuer only where its answer would change whether there is an outage.</summary>
    /// <param name="fault">The fault, in words for the operator; null where the issuer answered the question.</param>
    public async Task NoteOfAStrangerAsync(string? fault)
    {
        var isFault = fault is not null;
        var isOutage = outages.Cause is not null;
        if (isFault && isOutage) outages.Failed(fault!); // one that lasts is reported
        if (isFault == isOutage || (isOutage && CallersMetAFault()) || !TryBeginCheck()) return;
        var found = await check().ConfigureAwait(false);
        EndCheck(isConfirmed: found is not null == isFault);
        if (isFault && found is not null) outages.Failed(found);
        if (!isFault && found is null && !CallersMetAFault()) outages.Succeeded();
    }

    private bool TryBeginCheck()
    {
        lock (gate)
        {
            if (isChecking || (unconfirmedAt is { } at && time.GetElapsedTime(at) < CheckPause)) return false;
            return isChecking = true;
        }
    }

    private void EndCheck(bool isConfirmed)
    {
        lock (gate)
        {
            isChecking = false;
            if (!isConfirmed) unconfirmedAt = time.GetTimestamp();
        }
    }

    // An issuer that answers about unknown texts may still fail for each token that it knows.
    private bool CallersMetAFault()
    {
        lock (gate) return callersFaultAt is { } at && time.GetElapsedTime(at) < OutageReporter.Pause;
    }
}
