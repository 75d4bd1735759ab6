namespace Gatehouse.Audit.Log;

/// <summary>The acts that put a log in order before a process continues it. The files of the log are as they were found until then.</summary>
/// <param name="Number">The number of the segment with which the process begins.</param>
/// <param name="FirstLeaf">The index of the first entry of that segment.</param>
/// <param name="Frames">Entries of earlier processes that go into it, as frames: those of the last commit, and whole ones behind a torn one.</param>
/// <param name="Entries">The number of them.</param>
/// <param name="Headless">Segments without a header, which have no entry of the log and are deleted.</param>
/// <param name="Payloads">Payloads that never got their name; null for a log that begins.</param>
internal sealed record LogRepair(
    long Number, long FirstLeaf, ReadOnlyMemory<byte> Frames, int Entries, IReadOnlyList<long> Headless, PayloadRecovery? Payloads);
