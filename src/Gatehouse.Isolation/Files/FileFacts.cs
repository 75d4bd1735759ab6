namespace Gatehouse.Isolation.Files;

/// <summary>What the system says of a file itself, not of what a link leads to.</summary>
/// <param name="User">Number of its owner.</param>
/// <param name="Group">Number of its group.</param>
/// <param name="Mode">Kind and rights.</param>
/// <param name="Links">Number of its names.</param>
/// <param name="Node">Its number in the file system.</param>
/// <param name="Device">The file system.</param>
internal sealed record FileFacts(uint User, uint Group, int Mode, uint Links, ulong Node, ulong Device);
