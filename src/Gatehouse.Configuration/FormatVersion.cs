using System.Globalization;
using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>
/// The check of <c>version</c> before anything else. A file of another version is not read by this one's rules, so that there is one fault and not a
/// page of unknown keys.
/// </summary>
internal static class FormatVersion
{
    private static readonly string Current = GatewaySettings.FormatVersion.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns true when the file names this build's version.</summary>
    public static bool IsOurs(YamlMap map, FaultList faults)
    {
        if (map.Entries.FirstOrDefault(entry => entry.Key == "version") is not { } entry)
        {
            faults.Add(map.At, "version", "'version' is missing", $"add 'version: {Current}' as the first line");
            return false;
        }

        if (entry.Value is YamlScalar { Quoted: false } scalar && scalar.Text == Current) return true;
        faults.Add(entry.Value.At, "version", Message(entry.Value), Remedy(entry.Value));
        return false;
    }

    private static string Message(YamlNode value) => Number(value) switch
    {
        null => "the version is not a whole number",
        > GatewaySettings.FormatVersion => "the file was written for a newer build",
        _ => "this version never existed",
    };

    private static string Remedy(YamlNode value) => Number(value) > GatewaySettings.FormatVersion
        ? $"this build reads version {Current}: use a newer build, or write the file for version {Current}"
        : $"this build reads version {Current}: write 'version: {Current}'";

    private static long? Number(YamlNode value) => value is YamlScalar { Quoted: false } scalar ? Scalars.Number(scalar.Text) : null;
}
