namespace Gatehouse.Integrity.Locks;

/// <summary>Why a lock file cannot be used. Nothing of it is used then.</summary>
/// <param name="Path">JSON Pointer of the place; text from outside.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record LockFault(string Path, string Message, string Remedy);
