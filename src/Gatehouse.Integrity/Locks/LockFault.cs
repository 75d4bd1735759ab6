namespace Gatehouse.Integrity.Locks;

/// <summary>The reason why a lock file cannot be used. Nothing of it is used then.</summary>
/// <param name="Path">JSON Pointer of the place; text from outside.</param>
/// <param name="Message">The fault.</param>
/// <param name="Remedy">The remedy.</param>
public sealed record LockFault(string Path, string Message, string Remedy);
