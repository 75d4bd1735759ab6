using System.Globalization;

namespace Gatehouse.Packaging;

/// <summary>Options of a command line, each a name and a value. Unknown names are the caller's fault and are found by what is missing.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>Reads name and value in turn.</summary>
    /// <exception cref="InvalidDataException">A name has no value.</exception>
    public Options(IReadOnlyList<string> words)
    {
        if (words.Count % 2 == 1) throw new InvalidDataException($"{words[^1]} has no value");
        for (var index = 0; index < words.Count; index += 2) values[words[index]] = words[index + 1];
    }

    /// <summary>The value of an option that has to be there.</summary>
    /// <exception cref="InvalidDataException">It is not there.</exception>
    public string Required(string name) => Optional(name) ?? throw new InvalidDataException($"{name} is missing");

    /// <summary>The value of an option, or null.</summary>
    public string? Optional(string name) => values.GetValueOrDefault(name);

    /// <summary>A timestamp in seconds since 1970, as <c>SOURCE_DATE_EPOCH</c> has it.</summary>
    /// <exception cref="InvalidDataException">It is not there, or no such number.</exception>
    public DateTimeOffset Timestamp(string name) => long.TryParse(Required(name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw new InvalidDataException($"{name} is no number of seconds");
}
