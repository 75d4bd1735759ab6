namespace Gatehouse.Inventory.Checks;

/// <summary>The abilities that a server can combine.</summary>
[Flags]
internal enum Capability
{
    /// <summary>None known.</summary>
    None = 0,

    /// <summary>It reads private data.</summary>
    PrivateData = 1,

    /// <summary>It brings text that strangers can write.</summary>
    UntrustedContent = 2,

    /// <summary>It can send something out.</summary>
    WayOut = 4,

    /// <summary>All three.</summary>
    All = PrivateData | UntrustedContent | WayOut,
}
