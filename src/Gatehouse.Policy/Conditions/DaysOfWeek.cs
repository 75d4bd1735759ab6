namespace Gatehouse.Policy.Conditions;

/// <summary>A set of days.</summary>
public readonly record struct DaysOfWeek
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private readonly int days;

    /// <summary>Makes a set.</summary>
    public DaysOfWeek(IEnumerable<DayOfWeek> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        days = all.Aggregate(0, (set, day) => set | 1 << (int)day);
    }

    /// <summary>Returns true when the day is in the set.</summary>
    public bool Contains(DayOfWeek day) => (days & 1 << (int)day) != 0;

    /// <summary>Reads <c>mon</c> to <c>sun</c>.</summary>
    public static bool TryParse(string text, out DayOfWeek day)
    {
        var at = Array.IndexOf(Names, text);
        day = (DayOfWeek)Math.Max(at, 0);
        return at >= 0;
    }

    /// <summary>Returns the days from Monday on, as a policy writes them.</summary>
    public IEnumerable<string> ToNames()
    {
        var set = this;
        return Enumerable.Range(1, 7).Select(i => i % 7).Where(i => set.Contains((DayOfWeek)i)).Select(i => Names[i]);
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", ToNames());
}
