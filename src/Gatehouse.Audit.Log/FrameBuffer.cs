using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Entries that wait for a commit, in the form of the journal. Each gets its sequence number and is hashed when it is added, under the log's lock:
/// the disk is busy with the commit before, and the committer then only writes.
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

    /// <summary>Adds a frame and returns the hash of the entry. Head and body of the entry have together 1 to 65,535 bytes.</summary>
    /// <param name="sequence">The sequence number of the entry.</param>
    /// <param name="body">What follows the head of the entry (<see cref="AuditEntryWriter.Body"/>).</param>
    public TreeHash Add(long sequence, ReadOnlySpan<byte> body)
    {
        var most = Length + JournalFormat.FrameBytes + AuditEntryFormat.MostHeadBytes + body.Length;
        if (most > bytes.Length) Array.Resize(ref bytes, Math.Max(most, 2 * bytes.Length));
        var frame = bytes.AsSpan(Length);
        var entry = frame[JournalFormat.FrameBytes..];
        var head = AuditEntryFormat.WriteHead(sequence, entry);
        body.CopyTo(entry[head..]);
        entry = entry[..(head + body.Length)];
        var leaf = JournalFormat.WritePrefix(frame, entry);
        Length += JournalFormat.FrameBytes + entry.Length;
        return leaf;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Length = 0;
}
