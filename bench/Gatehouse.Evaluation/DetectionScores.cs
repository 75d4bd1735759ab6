using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Evaluation;

/// <summary>The judged texts of the last run, without their words, so that page and pictures can be written again without training.</summary>
internal static class DetectionScores
{
    // A text that is too short for the model has no finite score.
    private static readonly JsonSerializerOptions Form = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes one line a text.</summary>
    public static void Write(string file, IEnumerable<DetectionRow> rows) =>
        File.WriteAllLines(file, rows.Select(row => JsonSerializer.Serialize(row, Form)));

    /// <summary>Reads them.</summary>
    public static List<DetectionRow> Read(string file) =>
        [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<DetectionRow>(line, Form)!)];
}
