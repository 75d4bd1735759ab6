using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>A whole frame of a segment of the journal.</summary>
/// <param name="Index">The index of the leaf.</param>
/// <param name="Offset">The offset of the entry in the file.</param>
/// <param name="Bytes">The entry; valid until the next frame is read.</param>
/// <param name="Leaf">The hash of the leaf.</param>
internal readonly record struct JournalFrame(long Index, long Offset, ReadOnlyMemory<byte> Bytes, TreeHash Leaf);
