using System.Globalization;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>Words and numbers as configurations and events write them.</summary>
internal static class Words
{
    /// <summary>Returns the word of a value, such as <c>result</c> or <c>block</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Returns the words of all values.</summary>
    public static string[] All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    /// <summary>Returns the value of a word of the list.</summary>
    public static T Parse<T>(string word) where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);

    /// <summary>Returns a score with two digits.</summary>
    public static string Score(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Returns a share in percent.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
