namespace Gatehouse.Gateway.Stores;

/// <summary>Files of a state folder that commands beside the gateway read.</summary>
internal static class StateFiles
{
    /// <summary>Returns the file of the store.</summary>
    public static string Store(string folder) => Path.Combine(folder, "gatehouse.db");

    /// <summary>Returns the file of the record of how many commits the store had last.</summary>
    public static string StoreCommits(string folder) => Path.Combine(folder, "store-commits");

    /// <summary>Returns the file that keeps the alarm about the store until it is acknowledged.</summary>
    public static string StoreAlarm(string folder) => Path.Combine(folder, "store-alarm");

    /// <summary>Returns the folder of the keys with which audit logs are signed.</summary>
    public static string AuditKeys(string folder) => Path.Combine(folder, "audit-keys");

    /// <summary>Returns whether a gateway has written a log with this folder: the log has its keys here.</summary>
    public static bool HasLog(string folder) => Directory.Exists(AuditKeys(folder)) && Directory.EnumerateFiles(AuditKeys(folder)).Any();

    /// <summary>Returns the folder of the texts of configurations.</summary>
    public static string Configurations(string folder) => Path.Combine(folder, "configurations");

    /// <summary>Returns the folder of acts of commands beside the gateway that have no entry yet.</summary>
    public static string CommandActs(string folder) => Path.Combine(folder, "command-acts");

    /// <summary>Returns the file of the key ring.</summary>
    public static string KeyRing(string folder) => Path.Combine(folder, "keyring.json");
}
