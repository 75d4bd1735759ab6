using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>Publishes checkpoints.</summary>
internal static class LogCheckpoint
{
    /// <summary>Writes the tiles that the tree ends with, and then the signed checkpoint over them, on stable storage.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Publish(ILogFolder folder, ILogKeys keys, string log, string origin, TreeWriter tree, IReadOnlyList<NoteSigner> signers)
    {
        tree.WritePartial();
        keys.StorePublished(origin, tree.Size, tree.Root());
        var note = SignedNote.Sign(new Checkpoint(origin, tree.Size, tree.Root()).ToText(), signers);
        folder.Put($"{log}/{LogLayout.Checkpoint}", note.ToBytes(), isDurable: true);
    }
}
