using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>The size and root of a log at one moment: the text of a note that the log signs (C2SP tlog-checkpoint).</summary>
/// <param name="Origin">The name of the log.</param>
/// <param name="Size">The number of its entries.</param>
/// <param name="Root">The root over them.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root)
{
    /// <summary>Lines after the third. They are allowed and not recommended; Gatehouse writes none.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Reads the text of a note.</summary>
    /// <returns>False where it is no checkpoint: fewer than three lines, an empty one, a size with a sign or leading zeros, a root that is no
    /// hash.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        ArgumentNullException.ThrowIfNull(text);
        checkpoint = null;
        if (!text.EndsWith('\n')) return false;
        var lines = text[..^1].Split('\n');
        if (lines.Length < 3 || lines.Any(line => line.Length == 0)) return false;
        if (!TryParseSize(lines[1], out var size) || !TreeHash.TryParse(lines[2], out var root)) return false;
        if (size == 0 && root != MerkleTree.Empty) return false;
        checkpoint = new Checkpoint(lines[0], size, root) { Extensions = lines[3..] };
        return true;
    }

    /// <summary>
    /// Reads a size as C2SP writes it: decimal digits without leading zeros. A tree has fewer than 2^62 leaves (<see cref="MerkleFrontier"/>), so that
    /// no sum of places in it overflows.
    /// </summary>
    public static bool TryParseSize(string text, out long size)
    {
        ArgumentNullException.ThrowIfNull(text);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
            && size < MerkleFrontier.LeavesEnd && (text.Length == 1 || text[0] != '0');
    }

    /// <summary>Returns the text of the note.</summary>
    public string ToText()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n");
        foreach (var line in Extensions) text.Append(line).Append('\n');
        return text.ToString();
    }
}
