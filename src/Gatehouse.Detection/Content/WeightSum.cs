using System.Runtime.CompilerServices;

namespace Gatehouse.Detection.Content;

/// <summary>
/// Sums of weights of the wide and of the near classifier, in one number: the wide one in the low 32 bits and the near one above. Each is within
/// 32 bits for a text of any block.
/// </summary>
internal readonly struct WeightSum
{
    private readonly long both;

    private WeightSum(long both) => this.both = both;

    /// <summary>The sum of the wide classifier.</summary>
    public int Wide => (int)both;

    /// <summary>The sum of the near classifier.</summary>
    public int Near => (int)((both - (int)both) >> 32);

    /// <summary>Returns the weights of one feature: the wide one in the low byte, the near one in the high byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WeightSum Of(short pair) => new((sbyte)pair + ((long)(pair >> 8) << 32));

    /// <summary>Returns the sum of weights that are kept with 128 added to each.</summary>
    /// <param name="both">Their sum as numbers of two bytes.</param>
    /// <param name="wide">The sum of their low bytes.</param>
    /// <param name="count">Their number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WeightSum OfBiased(uint both, uint wide, int count) =>
        new((int)wide - (count << 7) + ((long)((int)((both - wide) >> 8) - (count << 7)) << 32));

    public static WeightSum operator +(WeightSum one, WeightSum other) => new(one.both + other.both);

    public static WeightSum operator -(WeightSum one, WeightSum other) => new(one.both - other.both);
}
