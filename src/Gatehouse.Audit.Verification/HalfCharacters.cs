using System.Text.Json;
using System.Text.Unicode;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// A text with half of a pair of surrogates is well formed JSON (RFC 8259 section 8.2), and none that can be read: whoever asks for it gets an
/// exception. So is a text that is not UTF-8, which the parser passes. A line that has one is no entry.
/// </summary>
/// <remarks>The threat: one such line in a log, and nothing of the log is checked or read (CWE-248).</remarks>
internal static class HalfCharacters
{
    /// <summary>True where a name or a text of the line cannot be read; false for other lines that are no JSON.</summary>
    public static bool Has(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line)) return true;
        if (line.IndexOf("\\u"u8) < 0) return false;
        var reader = new Utf8JsonReader(line);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped) _ = reader.GetString();
            }

            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
