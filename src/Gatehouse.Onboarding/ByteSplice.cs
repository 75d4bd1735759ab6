using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>Bytes of a file replaced by others; an empty range is an insertion.</summary>
/// <param name="Range">The replaced bytes.</param>
/// <param name="New">The new bytes.</param>
internal sealed record ByteSplice(ByteRange Range, byte[] New)
{
    /// <summary>Returns the file with the splices made. All other bytes stay as they are.</summary>
    /// <exception cref="ArgumentException">Two overlap, or one is outside the file.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> file, IEnumerable<ByteSplice> splices)
    {
        var result = new List<byte>(file.Length + 256);
        var at = 0;
        foreach (var splice in splices.OrderBy(splice => splice.Range.Start).ThenBy(splice => splice.Range.End))
        {
            if (splice.Range.Start < at || splice.Range.End < splice.Range.Start || splice.Range.End > file.Length)
                throw new ArgumentException("splices overlap", nameof(splices));
            result.AddRange(file[at..splice.Range.Start]);
            result.AddRange(splice.New);
            at = splice.Range.End;
        }

        result.AddRange(file[at..]);
        return [.. result];
    }
}
