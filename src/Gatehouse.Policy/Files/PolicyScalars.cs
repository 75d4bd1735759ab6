using System.Globalization;
using Gatehouse.Policy.Conditions;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Values of a policy.</summary>
internal static class PolicyScalars
{
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>Returns a number with at most 15 digits, which every reader keeps; otherwise null.</summary>
    public static decimal? Number(string text) =>
        text.Count(char.IsAsciiDigit) <= 15 && text.Length > 0 && text[0] != '+'
            && decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads a value. A value without quotes is a number or a truth value when it looks like one.</summary>
    public static PolicyLiteral? Literal(YamlNode node) => node switch
    {
        YamlScalar { IsNothing: true } => null,
        YamlScalar { Quoted: false, Text: "true" } => PolicyLiteral.Of(true),
        YamlScalar { Quoted: false, Text: "false" } => PolicyLiteral.Of(false),
        YamlScalar { Quoted: false } scalar when Number(scalar.Text) is { } number => PolicyLiteral.Of(number),
        YamlScalar scalar when YamlText.IsPrintable(scalar.Text) => PolicyLiteral.Of(scalar.Text),
        _ => null,
    };
}
