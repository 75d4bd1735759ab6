using System.Collections.Frozen;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// Values that the documentation of issuers publishes, and those of emulators: the table <c>published.txt</c>. A value counts as a whole. A part of
/// another text is no published value, and masking takes no notice of the table.
/// </summary>
internal static class PublishedValues
{
    /// <summary>The rows of the table.</summary>
    public static IReadOnlyList<PublishedValue> All { get; } = [.. SecretTable.Rows("secret-published.txt").Select(PublishedValue.Parse)];

    private static readonly FrozenSet<string> Whole =
        All.Where(row => row.Place == PublishedPlace.Whole).SelectMany(row => (string[])[row.Text, row.Mark + row.Text])
            .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> WholeTexts = Whole.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly PublishedValue[] Parts = [.. All.Where(row => row.Place != PublishedPlace.Whole)];

    /// <summary>Returns whether the value is published.</summary>
    public static bool Has(ReadOnlySpan<char> value)
    {
        value = value.TrimEnd('=');
        if (WholeTexts.Contains(value)) return true;
        foreach (var part in Parts)
        {
            if (part.IsIn(value)) return true;
        }

        return false;
    }
}
