using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Stores;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Administration;

/// <summary>The alarm about the store of a host.</summary>
internal sealed class StoreAdministration(StoreAlarm alarm) : IStoreAdministration
{
    /// <summary>Returns the alarm as a fact of <c>status</c>; nothing where none is raised.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Facts(GatewayCore core)
    {
        if (core.Services.StoreAlarm.Current is not { } raised) yield break;
        var isPersonal = core.Services.Options.IsPersonal;
        var isTrusting = raised.Kind == StoreAlarmKind.Lost && core.Snapshots.Current.Settings.LockInForce.FirstUse == FirstUseMode.Trust;
        yield return KeyValuePair.Create("store.alarm",
            $"{raised.Kind.Word()} since {Moments.Words(raised.Since)}: {Effect(raised.Kind)}"
                + (isTrusting ? ", and definitions of servers are trusted again at first use" : "")
                + "; put the newest copy back, or contain, revoke and review again, then run: gatehouse store acknowledge"
                + (isPersonal ? " --host" : ""));
    }

    /// <inheritdoc />
    public StoreAlarmAcknowledged? AcknowledgeAlarm()
    {
        try
        {
            return alarm.Acknowledge() is { } ended ? new StoreAlarmAcknowledged(ended.Kind.Word(), ended.Since) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the file that keeps the alarm cannot be deleted: {e.Message} Check the rights of the state folder.", e);
        }
    }

    private static string Effect(StoreAlarmKind kind) => kind switch
    {
        StoreAlarmKind.Lost => "containments, revocations and approvals of before are forgotten",
        StoreAlarmKind.RolledBack => "an older copy is in its place, and containments, revocations and approvals that came after the copy are forgotten",
        StoreAlarmKind.Replaced => "another store is in its place, and containments, revocations and approvals of before may be forgotten",
        _ => "the record of its commits is missing, so that an older copy would not be noticed",
    };
}
