using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Entries that wait for a commit, in the form of the journal. Their hashes are computed when they are committed, outside the log's lock.
/// </summary>
internal sealed class FrameBuffer
{
    private const int FirstBytes = 4096;

    private byte[] bytes = new byte[FirstBytes];

    /// <summary>The bytes of the frames.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that it can hold without growing.</summary>
    public int Capacity => bytes.Length;

    /// <summary>Adds a frame. The entry has 1 to 65,535 bytes.</summary>
    public void Add(ReadOnlySpan<byte> entry)
    {
        var end = Length + JournalFormat.FrameBytes + entry.Length;
        if (end > bytes.Length) Array.Resize(ref bytes, Math.Max(end, 2 * bytes.Length));
        JournalFormat.WriteLength(bytes.AsSpan(Length), entry.Length);
        entry.CopyTo(bytes.AsSpan(Length + JournalFormat.FrameBytes));
        Length = end;
    }

    /// <summary>Computes the hashes and returns the frames.</summary>
    public ReadOnlySpan<byte> Hashed()
    {
        for (var at = 0; at < Length;)
        {
            var frame = bytes.AsSpan(at, Length - at);
            var length = JournalFormat.EntryLength(frame);
            JournalFormat.WriteHash(frame, frame.Slice(JournalFormat.FrameBytes, length));
            at += JournalFormat.FrameBytes + length;
        }

        return bytes.AsSpan(0, Length);
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Length = 0;
}
