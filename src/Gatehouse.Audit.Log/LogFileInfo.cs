namespace Gatehouse.Audit.Log;

/// <summary>A file of the log.</summary>
/// <param name="Name">Its name in its folder.</param>
/// <param name="Length">Its bytes.</param>
public readonly record struct LogFileInfo(string Name, long Length);
