using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatehouse.Inventory.Reading;

/// <summary>The forms of numbers and dates in TOML 1.0.</summary>
internal static partial class TomlNumbers
{
    public static bool IsNumberOrDate(string text) => Number().IsMatch(text) || IsDate(text);

    public static bool ContainsOnlyHex(this Span<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (!char.IsAsciiHexDigit((char)value)) return false;
        }

        return true;
    }

    private static bool IsDate(string text)
    {
        var match = Date().Match(text);
        if (!match.Success) return false;
        if (match.Groups["date"] is { Success: true } date
            && !DateOnly.TryParseExact(date.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return false;
        return match.Groups["time"] is not { Success: true } time
            || TimeOnly.TryParseExact(time.Value, "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    [GeneratedRegex(@"^(?:[+-]?(?:inf|nan)|0x[0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*|0o[0-7]+(?:_[0-7]+)*|0b[01]+(?:_[01]+)*|[+-]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?)\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?:(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?|(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?)\z")]
    private static partial Regex Date();
}
