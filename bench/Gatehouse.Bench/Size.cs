namespace Gatehouse.Bench;

/// <summary>
/// How much is measured. The smallest size shows that an area still runs and gives figures; the figures themselves mean nothing.
/// </summary>
internal static class Size
{
    public static bool IsSmallest { get; set; }

    public static T Of<T>(T usual, T smallest) => IsSmallest ? smallest : usual;
}
