using System.Text.Json;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Verification;

/// <summary>Facts of the first entry of a log (<c>log.birth</c>).</summary>
/// <param name="Place">The place of the entry.</param>
/// <param name="Origin">The origin of the log.</param>
/// <param name="Reason">Why it was begun.</param>
/// <param name="Previous">The origin of the log before it; null where it is the first.</param>
/// <param name="PreviousSize">The size of that one.</param>
/// <param name="PreviousRoot">Its root at that size.</param>
internal sealed record LogBirth(LogPosition Place, string Origin, string? Reason, string? Previous, long? PreviousSize, TreeHash? PreviousRoot)
{
    /// <summary>Where the size and root of the previous log come from; null where the entry does not say.</summary>
    public string? PreviousFrom { get; init; }

    /// <summary>The hash of the entry as a leaf.</summary>
    public required TreeHash Leaf { get; init; }

    /// <summary>Reads the entry; null where it is another.</summary>
    public static LogBirth? Of(LogPosition place, ReadOnlyMemory<byte> bytes)
    {
        if (HalfCharacters.Has(bytes.Span)) return null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object || EntryCheck.Text(entry, "act") != "log.birth"
                || EntryCheck.Text(entry, "log") is not { } origin) return null;
            TreeHash? root = EntryCheck.Text(entry, "previousRoot") is { } text && TreeHash.TryParse(text, out var hash) ? hash : null;
            var (reason, previous) = (EntryCheck.Text(entry, "reason"), EntryCheck.Text(entry, "previous"));
            return new LogBirth(place, origin, reason, previous, EntryCheck.Count(entry, "previousSize"), root)
            {
                PreviousFrom = EntryCheck.Text(entry, "previousFrom"),
                Leaf = MerkleTree.Leaf(bytes.Span),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
