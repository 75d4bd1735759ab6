using System.Text;
using System.Text.Json;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Texts;
using Gatehouse.Yaml;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// The search of a file of a configuration for the subject of a person. The subject may be written with escapes (YAML 1.2, section 5.7; RFC 8259,
/// section 7), so the parsed words are searched as well as the text, which has the comments, each in its written forms (<see cref="NameInText"/>).
/// </summary>
internal static class SubjectInFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Returns whether a file names the subject as a word of its own, in its path or in its text. A text that cannot be parsed may name it.
    /// </summary>
    public static Naming Search(SnapshotFile file, string subject)
    {
        var found = NameInText.Search(file.Path, subject);
        if (found == Naming.Yes) return found;
        if (TextOf(file) is not { } text) return Naming.May;
        found = Most(found, NameInText.Search(text, subject));
        if (found == Naming.Yes) return found;
        var words = file.Part == SnapshotPart.Outside ? OutsideText.Values(text) : OfJson(text) ?? YamlScalars.Read(text);
        return words is null ? Naming.May : words.Aggregate(found, (most, word) => Most(most, NameInText.Search(word, subject)));
    }

    private static Naming Most(Naming one, Naming other) => one > other ? one : other;

    private static string? TextOf(SnapshotFile file)
    {
        try
        {
            return Strict.GetString(file.Content.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // JSON before YAML: the escapes of characters beyond 16 bits are pairs, which YAML does not know.
    private static List<string>? OfJson(string text)
    {
        var found = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 1000 });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) found.Add(reader.GetString()!);
            }

            return found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
