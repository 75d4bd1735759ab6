using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Policy;

/// <summary>Texts as JSON strings, legible and safe to show.</summary>
internal static class JsonTexts
{
    private static readonly JsonSerializerOptions Legible = new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };

    public static string Quote(string text) => JsonValue.Create(text).ToJsonString(Legible);
}
