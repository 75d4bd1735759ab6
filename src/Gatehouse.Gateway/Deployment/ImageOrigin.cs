using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Gateway.Deployment;

/// <summary>The origin of the image of a container, which its build wrote into <see cref="Path"/>.</summary>
/// <param name="Version">The version of Gatehouse in it.</param>
/// <param name="Built">The time of the packages of Debian in it: what was mended since then is not in it.</param>
/// <param name="Debian">The version of each package of Debian in it, by name.</param>
internal sealed record ImageOrigin(string Version, DateTimeOffset Built, IReadOnlyDictionary<string, string> Debian)
{
    /// <summary>The file.</summary>
    public const string Path = "/etc/gatehouse-image.json";

    /// <summary>Reads the text of the file.</summary>
    /// <returns>Null where a member is missing or has another form.</returns>
    public static ImageOrigin? Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject image || Text(image["version"]) is not { } version || Text(image["built"]) is not { } built
                || !DateTimeOffset.TryParse(built, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                || image["debian"] is not JsonObject debian || debian.Any(static one => Text(one.Value) is null)) return null;
            return new ImageOrigin(version, time,
                debian.ToDictionary(static one => one.Key, static one => Text(one.Value)!, StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // no JSON, or a name twice
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
