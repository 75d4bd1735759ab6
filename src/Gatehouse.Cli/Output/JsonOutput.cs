using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>The <c>--json</c> form: one object with its version, so that scripts can rely on it.</summary>
internal static class JsonOutput
{
    /// <summary>Version of the form.</summary>
    public const int FormatVersion = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions LineOptions = new(Options) { WriteIndented = false };

    /// <summary>Writes one object in one line, for output of several objects.</summary>
    public static void WriteLine(string kind, object value) =>
        Terminal.Data(JsonApostrophe.Restore(JsonSerializer.Serialize(
            new Dictionary<string, object> { ["version"] = FormatVersion, ["kind"] = kind, [kind] = value }, LineOptions)));

    public static void Write(string kind, object value) =>
        Terminal.Data(JsonApostrophe.Restore(
            JsonSerializer.Serialize(new Dictionary<string, object> { ["version"] = FormatVersion, ["kind"] = kind, [kind] = value }, Options)));
}
