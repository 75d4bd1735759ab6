namespace Gatehouse.Inventory.Places;

/// <summary>Operating systems that clients are looked for on.</summary>
[Flags]
public enum MachineSystem
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Linux.</summary>
    Linux = 1,

    /// <summary>macOS.</summary>
    MacOs = 2,

    /// <summary>Windows.</summary>
    Windows = 4,

    /// <summary>All three.</summary>
    All = Linux | MacOs | Windows,
}
