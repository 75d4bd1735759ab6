using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>A template of a completion, filled in without a bound: each value is put in the place of each of its expressions.</summary>
internal static class TemplateFilling
{
    private const string Begin = "filled ";

    /// <summary>Fills in the template of a completion, and notes the number of characters that it became.</summary>
    public static void Note(Canary canary, ReadOnlySpan<byte> body)
    {
        if (!NaiveReading.Completes(body)) return;
        using var message = JsonDocument.Parse(Encoding.UTF8.GetString(body));
        var parameters = message.RootElement.GetProperty("params");
        var uri = new StringBuilder(parameters.GetProperty("ref").GetProperty("uri").GetString());
        foreach (var known in parameters.GetProperty("context").GetProperty("arguments").EnumerateObject())
            uri.Replace("{" + known.Name + "}", Uri.EscapeDataString(known.Value.GetString()!));
        canary.Sing(Begin + uri.ToString().Length);
    }

    /// <summary>Returns the largest number of characters that was noted.</summary>
    public static int Largest(Canary canary) => canary.Songs
        .Where(static song => song.StartsWith(Begin, StringComparison.Ordinal)).Select(static song => int.Parse(song[Begin.Length..], null))
        .DefaultIfEmpty().Max();
}
