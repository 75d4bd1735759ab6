using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>The file that holds a tile or a bundle: the one of that name, or a wider one in its place.</summary>
/// <param name="State">Whether it was read.</param>
/// <param name="Path">Its name, with its own width.</param>
/// <param name="Bytes">Its bytes; valid until the next one is read.</param>
internal readonly record struct TileFile(FileState State, TilePath Path, ReadOnlyMemory<byte> Bytes);
