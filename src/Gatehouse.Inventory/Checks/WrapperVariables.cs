namespace Gatehouse.Inventory.Checks;

/// <summary>Environment variables that change the wrapper itself: its runtime, its loader, or where it keeps its state.</summary>
internal static class WrapperVariables
{
    private static readonly string[] Names =
        ["HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "RUNTIME_DIRECTORY"];

    private static readonly string[] Prefixes = ["DOTNET_", "CORECLR_", "COMPlus_", "GATEHOUSE_", "LD_", "DYLD_", "XDG_"];

    /// <summary>Returns true when a server's entry that sets the variable would change the wrapper that starts the server.</summary>
    public static bool Affects(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
