namespace Gatehouse.Files;

/// <summary>The system's facts about a file itself, not about the target of a link.</summary>
/// <param name="User">Number of its owner.</param>
/// <param name="Group">Number of its group.</param>
/// <param name="Mode">Kind and rights.</param>
/// <param name="Links">Number of its names.</param>
/// <param name="Node">Its number in the file system.</param>
/// <param name="Device">The file system.</param>
internal sealed record FileStatus(uint User, uint Group, int Mode, uint Links, ulong Node, ulong Device);
