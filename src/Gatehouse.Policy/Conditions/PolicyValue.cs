namespace Gatehouse.Policy.Conditions;

/// <summary>One value of a request or token while it is looked at.</summary>
internal readonly ref struct PolicyValue
{
    private PolicyValue(PolicyValueKind kind, ReadOnlySpan<char> text = default, decimal number = 0, bool boolean = false)
    {
        Kind = kind;
        Text = text;
        Number = number;
        Boolean = boolean;
    }

    public static PolicyValue Absent => new(PolicyValueKind.Absent);

    public static PolicyValue Other => new(PolicyValueKind.Other);

    public PolicyValueKind Kind { get; }

    public ReadOnlySpan<char> Text { get; }

    public decimal Number { get; }

    public bool Boolean { get; }

    public static PolicyValue Of(ReadOnlySpan<char> text) => new(PolicyValueKind.Text, text);

    public static PolicyValue Of(decimal number) => new(PolicyValueKind.Number, number: number);

    public static PolicyValue Of(bool value) => new(PolicyValueKind.Boolean, boolean: value);

    /// <summary>Compares two values. The result is undecidable unless both are of the same comparable type.</summary>
    public Ternary EqualTo(in PolicyValue other)
    {
        if (Kind != other.Kind) return Ternary.Undecidable;
        return Kind switch
        {
            PolicyValueKind.Text => TernaryLogic.Of(Text.SequenceEqual(other.Text)),
            PolicyValueKind.Number => TernaryLogic.Of(Number == other.Number),
            PolicyValueKind.Boolean => TernaryLogic.Of(Boolean == other.Boolean),
            _ => Ternary.Undecidable,
        };
    }
}
