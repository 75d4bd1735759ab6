using Gatehouse.Gateway.Stores;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Gateway.Secrets;

/// <summary>
/// The check of a configuration against the secrets of its state folder. It opens no secret, asks no vault outside of this machine, and changes
/// nothing.
/// </summary>
public static class VaultCheck
{
    /// <summary>Returns a fault for each key that names a secret which the store does not have, or whose key the ring does not have.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notChecked">The secrets that were not looked at, with the reason; null when all were.</param>
    public static IReadOnlyList<ConfigurationFault> Of(GatewaySettings settings, TimeProvider time, out string? notChecked)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        var uses = SecretUses.Of(settings).ToList();
        var outside = uses.Count(static use => use.Reference.Scheme == SecretReference.KeyVault);
        var faults = OfStore([.. uses.Where(static use => use.Reference.Scheme == SecretReference.Vault)], settings, time, out notChecked);
        if (outside == 0) return faults;
        var note = $"{Counted.Of(outside, "keyvault reference")} {(outside == 1 ? "was" : "were")} not checked, because this command asks no vault; the "
            + "gateway reads them when it starts";
        notChecked = notChecked is null ? note : $"{notChecked}; {note}";
        return faults;
    }

    private static IReadOnlyList<ConfigurationFault> OfStore(
        IReadOnlyList<SecretUse> uses, GatewaySettings settings, TimeProvider time, out string? notChecked)
    {
        notChecked = null;
        if (uses.Count == 0) return [];
        try
        {
            if (CanLook(settings.StateDirectory)) return [.. uses.SelectMany(use => Fault(use, settings.StateDirectory, time))];
            notChecked = $"the secrets of the store were not checked, because the state folder {settings.StateDirectory} is not there or not "
                + "readable for this account; the gateway checks them when it starts";
        }
        catch (Exception fault) when (fault is StoreException or KeyRingException)
        {
            notChecked = $"the secrets of the store were not checked: {fault.Message}";
        }

        return [];
    }

    private static bool CanLook(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return false;
            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            _ = entries.MoveNext(); // a folder of another account cannot be listed
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<ConfigurationFault> Fault(SecretUse use, string folder, TimeProvider time)
    {
        var name = use.Reference.Location;
        var state = SecretCheck.Of(StateFiles.Store(folder), StateFiles.KeyRing(folder), SecretPlace.OfGateway(name), time.GetUtcNow());
        if (state != SecretState.Open)
            yield return new ConfigurationFault(0, 0, use.Key, VaultFault.Cause(name, state), VaultFault.Remedy(name, state));
    }
}
