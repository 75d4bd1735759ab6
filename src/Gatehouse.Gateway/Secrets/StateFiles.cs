namespace Gatehouse.Gateway.Secrets;

/// <summary>Files of a state folder that commands beside the gateway read.</summary>
internal static class StateFiles
{
    /// <summary>Returns the file of the store.</summary>
    public static string Store(string folder) => Path.Combine(folder, "gatehouse.db");

    /// <summary>Returns the folder of the texts of configurations.</summary>
    public static string Configurations(string folder) => Path.Combine(folder, "configurations");

    /// <summary>Returns the file of the key ring.</summary>
    public static string KeyRing(string folder) => Path.Combine(folder, "keyring.json");
}
