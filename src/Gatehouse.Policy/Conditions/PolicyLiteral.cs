using System.Globalization;

namespace Gatehouse.Policy.Conditions;

/// <summary>A value written in a policy: a text, a number or a truth value. Compared by type and value.</summary>
public sealed record PolicyLiteral
{
    private readonly string text;
    private readonly decimal number;
    private readonly bool boolean;

    private PolicyLiteral(PolicyValueKind kind, string text, decimal number, bool boolean)
    {
        Kind = kind;
        this.text = text;
        this.number = number;
        this.boolean = boolean;
    }

    /// <summary>Its type.</summary>
    public PolicyValueKind Kind { get; }

    internal PolicyValue Value => Kind switch
    {
        PolicyValueKind.Number => PolicyValue.Of(number),
        PolicyValueKind.Boolean => PolicyValue.Of(boolean),
        _ => PolicyValue.Of(text),
    };

    /// <summary>Makes a text literal.</summary>
    public static PolicyLiteral Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PolicyLiteral(PolicyValueKind.Text, text, 0, false);
    }

    /// <summary>Makes a number literal.</summary>
    public static PolicyLiteral Of(decimal number) => new(PolicyValueKind.Number, "", number, false);

    /// <summary>Makes a truth value literal.</summary>
    public static PolicyLiteral Of(bool value) => new(PolicyValueKind.Boolean, "", 0, value);

    /// <summary>Returns the value as JSON, which is also how a policy may write it.</summary>
    public override string ToString() => Kind switch
    {
        PolicyValueKind.Number => number.ToString(CultureInfo.InvariantCulture),
        PolicyValueKind.Boolean => boolean ? "true" : "false",
        _ => JsonTexts.Quote(text),
    };
}
