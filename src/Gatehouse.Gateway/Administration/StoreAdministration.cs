using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>The store of a host, and the loss of the one before it.</summary>
internal sealed class StoreAdministration(StoreLoss loss) : IStoreAdministration
{
    /// <summary>Returns the loss as a fact of <c>status</c>; nothing where none is reported.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Facts(GatewayCore core)
    {
        if (core.Services.StoreLoss.At is not { } at) yield break;
        var isPersonal = core.Services.Options.IsPersonal;
        var isTrusting = core.Snapshots.Current.Settings.LockInForce.FirstUse == FirstUseMode.Trust;
        yield return KeyValuePair.Create("store.lost", at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            + "; containments, revocations and approvals of before are forgotten"
            + (isTrusting ? ", and definitions of servers are trusted again at first use" : "")
            + "; put a copy back, or contain, revoke and review again, then run: gatehouse store acknowledge" + (isPersonal ? " --host" : ""));
    }

    /// <inheritdoc />
    public DateTimeOffset? AcknowledgeLoss()
    {
        try
        {
            return loss.Acknowledge();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the file that keeps the loss cannot be deleted: {e.Message}", e);
        }
    }
}
