using System.Text;
using Gatehouse.Configuration.Keys;

namespace Gatehouse.Configuration.Reading;

/// <summary>The named variables and flags that replace a value of the file: a flag before a variable.</summary>
internal sealed class Overrides(ConfigurationRequest request)
{
    private readonly Dictionary<string, string> flags =
        request.Flags.ToDictionary(flag => "--" + flag.Key.TrimStart('-'), flag => flag.Value, StringComparer.Ordinal);

    /// <summary>Returns the replacement of the key's value, or null when the file decides.</summary>
    public (string Text, ValueOrigin Origin)? Find(ConfigurationKey key)
    {
        if (key.Flag is { } flag && flags.TryGetValue(flag, out var text)) return (text, ValueOrigin.Flag(flag));
        if (key.Variable is { } variable && request.Environment(variable) is { Length: > 0 } value) return (value, ValueOrigin.Variable(variable));
        return null;
    }

    /// <summary>
    /// Returns the values that replace or complete those of the files, one a line (<see cref="OutsideText"/>): <c>--dev</c>, flags and named variables.
    /// </summary>
    public static string TextOf(ConfigurationRequest request)
    {
        var overrides = new Overrides(request);
        var text = new StringBuilder(request.Development ? "--dev\n" : "");
        foreach (var key in ConfigurationKeys.All)
        {
            if (overrides.Find(key) is not { } found) continue;
            var name = key.Flag is { } flag && found.Origin == ValueOrigin.Flag(flag) ? flag : key.Variable;
            OutsideText.Add(text, name, found.Text);
        }

        return text.ToString();
    }

    /// <summary>Flags that no key knows.</summary>
    public static IEnumerable<string> Unknown(ConfigurationRequest request)
    {
        var known = ConfigurationKeys.All.Select(key => key.Flag).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return request.Flags.Keys.Select(flag => "--" + flag.TrimStart('-')).Where(flag => !known.Contains(flag));
    }
}
