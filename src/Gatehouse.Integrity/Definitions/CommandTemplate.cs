using System.Globalization;

namespace Gatehouse.Integrity.Definitions;

/// <summary>
/// A command line in which secrets and places of one machine are named holes, so that it can be pinned and compared between machines.
/// </summary>
public static class CommandTemplate
{
    /// <summary>Makes the template.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="secrets">Secret values by name; each becomes <c>${secret:name}</c>, within an argument too.</param>
    /// <param name="places">Folders of this machine by name, absolute; each becomes <c>${name}</c> where it begins a path.</param>
    /// <returns>
    /// As many texts as arguments. A dollar sign of an argument is doubled, so no argument can pose as a hole. An absolute path that no place
    /// covers becomes <c>${path:1}</c> and so on.
    /// </returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> secrets,
        IReadOnlyDictionary<string, string> places)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        List<KeyValuePair<string, string>> hidden =
            [.. secrets.Where(secret => secret.Value.Length > 0).OrderByDescending(secret => secret.Value.Length)
                .ThenBy(secret => secret.Key, StringComparer.Ordinal)];
        List<KeyValuePair<string, string>> folders =
            [.. places.Where(place => place.Value.Length > 1).OrderByDescending(place => place.Value.Length)
                .ThenBy(place => place.Key, StringComparer.Ordinal)];
        var unnamed = 0;
        return [.. arguments.Select(argument => Argument(argument, hidden, folders, ref unnamed))];
    }

    private static string Argument(string argument, List<KeyValuePair<string, string>> secrets, List<KeyValuePair<string, string>> places,
        ref int unnamed)
    {
        foreach ((var name, var value) in secrets)
        {
            var at = argument.IndexOf(value, StringComparison.Ordinal);
            if (at >= 0)
                return Argument(argument[..at], secrets, places, ref unnamed)
                    + $"${{secret:{name}}}" + Argument(argument[(at + value.Length)..], secrets, [], ref unnamed);
        }

        var start = PathStart(argument);
        return start < 0 ? Escape(argument) : Escape(argument[..start]) + Place(argument[start..], places, ref unnamed);
    }

    private static string Place(string path, List<KeyValuePair<string, string>> places, ref int unnamed)
    {
        foreach ((var name, var folder) in places)
        {
            var bare = folder.TrimEnd('/', '\\');
            if (path.StartsWith(bare, StringComparison.Ordinal) && (path.Length == bare.Length || path[bare.Length] is '/' or '\\'))
                return $"${{{name}}}{Escape(path[bare.Length..])}";
        }

        return string.Create(CultureInfo.InvariantCulture, $"${{path:{++unnamed}}}");
    }

    // A path begins the argument or follows the equals sign of an option.
    private static int PathStart(string argument)
    {
        var from = argument.StartsWith('-') ? argument.IndexOf('=', StringComparison.Ordinal) + 1 : 0;
        var rest = argument.AsSpan(from);
        var drive = rest.Length > 2 && char.IsAsciiLetter(rest[0]) && rest[1] == ':' && rest[2] is '\\' or '/';
        return (rest.Length > 1 && rest[0] == '/') || drive ? from : -1;
    }

    private static string Escape(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
