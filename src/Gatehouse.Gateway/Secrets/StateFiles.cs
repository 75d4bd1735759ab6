namespace Gatehouse.Gateway.Secrets;

/// <summary>Files of a state folder that secrets need.</summary>
internal static class StateFiles
{
    /// <summary>Returns the file of the store.</summary>
    public static string Store(string folder) => Path.Combine(folder, "gatehouse.db");

    /// <summary>Returns the file of the key ring.</summary>
    public static string KeyRing(string folder) => Path.Combine(folder, "keyring.json");
}
