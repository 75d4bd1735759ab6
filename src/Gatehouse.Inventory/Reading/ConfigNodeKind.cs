namespace Gatehouse.Inventory.Reading;

/// <summary>The kind of a node.</summary>
internal enum ConfigNodeKind
{
    /// <summary>Named members.</summary>
    Map,

    /// <summary>Items in order.</summary>
    List,

    /// <summary>A text; also a number or a date, as written.</summary>
    Text,

    /// <summary>True or false.</summary>
    Switch,

    /// <summary>No value.</summary>
    Nothing,
}
