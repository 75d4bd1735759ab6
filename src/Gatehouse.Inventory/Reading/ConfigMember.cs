namespace Gatehouse.Inventory.Reading;

/// <summary>A member of a map.</summary>
/// <param name="Name">Its name, unescaped.</param>
/// <param name="Value">Its value.</param>
/// <param name="Line">Line of the name.</param>
/// <param name="Offset">Byte offset of the name; -1 where unknown.</param>
/// <param name="NameRange">The name as it is written, with its quotes, in TOML with the names before it, or null where unknown.</param>
internal sealed record ConfigMember(string Name, ConfigNode Value, int Line, long Offset, ByteRange? NameRange = null);
