using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Entries that wait for a commit, in the form of the journal. Each is hashed when it is added, under the log's lock: the
/// disk is busy with the commit before, and the committer then only writes.
/// </summary>
internal sealed class FrameBuffer
{
    private const int FirstBytes = 4096;

    private byte[] bytes = new byte[FirstBytes];

    /// <summary>The bytes of the frames.</summary>
    public int Length { get; private set; }

    /// <summary>The frames.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, Length);

    /// <summary>The bytes that it can hold without growing.</summary>
    public int Capacity => bytes.Length;

    /// <summary>Adds a frame and returns the hash of the entry. The entry has 1 to 65,535 bytes.</summary>
    public TreeHash Add(ReadOnlySpan<byte> entry)
    {
        var end = Length + JournalFormat.FrameBytes + entry.Length;
        if (end > bytes.Length) Array.Resize(ref bytes, Math.Max(end, 2 * bytes.Length));
        var leaf = JournalFormat.WritePrefix(bytes.AsSpan(Length), entry);
        entry.CopyTo(bytes.AsSpan(Length + JournalFormat.FrameBytes));
        Length = end;
        return leaf;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Length = 0;
}
