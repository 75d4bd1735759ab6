using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary>The version of a release, ordered as Semantic Versioning 2.0.0 orders it (section 11). Build metadata is no part of it.</summary>
internal sealed partial record ReleaseVersion : IComparable<ReleaseVersion>
{
    private const int MostCharacters = 64;

    private readonly int[] numbers;
    private readonly string[] before;

    private ReleaseVersion(string text, int[] numbers, string[] before) => (Text, this.numbers, this.before) = (text, numbers, before);

    /// <summary>The version as it is written, such as <c>0.1.0</c> or <c>1.0.0-rc.1</c>.</summary>
    public string Text { get; }

    /// <summary>Reads a version.</summary>
    /// <returns>False where it has another form.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ReleaseVersion? version)
    {
        version = null;
        if (text.Length > MostCharacters || Form().Match(text) is not { Success: true } match) return false;
        var numbers = new int[3];
        for (var at = 0; at < numbers.Length; at++)
        {
            if (!int.TryParse(match.Groups[at + 1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[at])) return false;
        }

        version = new ReleaseVersion(text, numbers, match.Groups[4].Success ? match.Groups[4].Value.Split('.') : []);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(ReleaseVersion? other)
    {
        if (other is null) return 1;
        for (var at = 0; at < numbers.Length; at++)
        {
            if (numbers[at] != other.numbers[at]) return numbers[at].CompareTo(other.numbers[at]);
        }

        // A version with words behind the dash comes before the one without.
        if (before.Length == 0 || other.before.Length == 0) return other.before.Length.CompareTo(before.Length);
        for (var at = 0; at < Math.Min(before.Length, other.before.Length); at++)
        {
            var order = Compare(before[at], other.before[at]);
            if (order != 0) return order;
        }

        return before.Length.CompareTo(other.before.Length);
    }

    /// <inheritdoc />
    public bool Equals(ReleaseVersion? other) => Text == other?.Text;

    /// <inheritdoc />
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Returns the version as it is written.</summary>
    public override string ToString() => Text;

    // A number comes before a word. Numbers without zeros in front are in the order of their lengths, then of their digits.
    private static int Compare(string one, string other) => (one.All(char.IsAsciiDigit), other.All(char.IsAsciiDigit)) switch
    {
        (true, true) when one.Length != other.Length => one.Length.CompareTo(other.Length),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(one, other),
    };

    [GeneratedRegex(@"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
        + @"(?:-((?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
