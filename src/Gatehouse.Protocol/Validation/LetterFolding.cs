using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Gatehouse.Protocol.Validation;

/// <summary>The folding of characters outside ASCII by readers that ignore case, width, style, marks or invisible characters.</summary>
/// <remarks>
/// The table is generated from the Unicode Character Database by <c>eng/make-letters.py</c>, since the runtime normalises nothing where globalization
/// is invariant. Readers of JSON differ in the differences that they ignore. This is the union, so that it finds every name that one of them could
/// take for another.
/// </remarks>
internal static class LetterFolding
{
    private static readonly Lazy<FrozenDictionary<int, string>> Table = new(Load);

    /// <summary>
    /// Returns the ASCII text that a character outside ASCII folds to. Empty for one that folds to nothing; null for any other letter.
    /// </summary>
    public static string? Of(Rune rune) => Table.Value.GetValueOrDefault(rune.Value);

    private static FrozenDictionary<int, string> Load()
    {
        using var stream = typeof(LetterFolding).Assembly.GetManifestResourceStream("letters.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var parts = line.Split(':', 3);
            var first = int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var count = int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            for (var i = 0; i < count; i++)
                table[first + i] = parts[2].Length == 0 ? "" : parts[2][..^1] + (char)(parts[2][^1] + i);
        }

        return table.ToFrozenDictionary();
    }
}
