using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Files;

/// <summary>Time spans of a policy, in the form of the configuration: a whole number and <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
public static partial class PolicyDurations
{
    /// <summary>The form, as a regular expression for the schema.</summary>
    public const string Pattern = "^[0-9]{1,9}(s|m|h|d)$";

    /// <summary>Returns the time span; null when the text is none, or one above 9 digits of seconds or 1,000,000 hours.</summary>
    public static TimeSpan? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Form().IsMatch(text)) return null;
        var number = long.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => number <= 1_000_000 ? TimeSpan.FromHours(number) : null,
            _ => number <= 40_000 ? TimeSpan.FromDays(number) : null,
        };
    }

    /// <summary>Writes a time span of whole seconds in the largest unit that keeps it whole.</summary>
    internal static string Write(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        var (unit, word) = seconds % 3600 == 0 ? (3600, 'h') : seconds % 60 == 0 ? (60, 'm') : (1, 's');
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / unit}{word}");
    }

    // \z, not $: a line break after the unit is no part of it.
    [GeneratedRegex(@"\A[0-9]{1,9}[smhd]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
