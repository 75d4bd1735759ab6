namespace Gatehouse.Audit.Verification.Logs;

/// <summary>An entry of an evidence log, with its place.</summary>
/// <param name="Log">The name of the log's folder, such as <c>log-0001</c>.</param>
/// <param name="Index">The index of the leaf in the tree, from 0.</param>
/// <param name="File">The file, relative to the log's folder, with <c>/</c>.</param>
/// <param name="Offset">The offset of the first byte of the entry in the file.</param>
/// <param name="Bytes">The bytes of the entry. They are valid until the next entry is read.</param>
/// <param name="IsPending">True where the entry is not under the checkpoint yet.</param>
public readonly record struct LoggedEntry(string Log, long Index, string File, long Offset, ReadOnlyMemory<byte> Bytes, bool IsPending);
