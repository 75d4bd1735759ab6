using System.Text.Json;

namespace Gatehouse.Evaluation;

/// <summary>A text with the places of personal data in it, from a set. Its text is data.</summary>
/// <param name="Text">The text.</param>
/// <param name="Member">The names of the members around it; empty for none.</param>
/// <param name="Source">The set and its source.</param>
/// <param name="Spans">The places, by the kinds of the detector; kinds that it does not look for are left out.</param>
/// <param name="HasOthers">Whether the set names other personal data in it, so that it is not harmless.</param>
internal sealed record PersonalExample(string Text, string Member, string Source, IReadOnlyList<PersonalSpan> Spans, bool HasOthers)
{
    // The names of the public sets. Places, organizations, ages and the like are no kinds of the detector.
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["CREDIT_CARD"] = "card",
        ["IBAN"] = "iban",
        ["EMAIL"] = "email",
        ["PHONE"] = "phone",
        ["SSN"] = "national-id",
        ["STEUER_ID_DE"] = "national-id",
        ["NINO_UK"] = "national-id",
        ["CPR_DK"] = "national-id",
        ["IP"] = "ip-address",
        ["ADDRESS"] = "address",
        ["PERSON"] = "name",
    };

    /// <summary>Reads a set of lines of JSON.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isKnown">Returns whether a name is a kind of the detector.</param>
    public static IEnumerable<PersonalExample> Of(string path, Predicate<string> isKnown)
    {
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            using var row = JsonDocument.Parse(line);
            var all = row.RootElement.TryGetProperty("spans", out var written) ? written.EnumerateArray().ToList() : [];
            var spans = all.Select(span => new PersonalSpan(Kinds.GetValueOrDefault(span.GetProperty("type").GetString()!,
                span.GetProperty("type").GetString()!),
                span.GetProperty("type").GetString()!, span.GetProperty("start").GetInt32(),
                    span.GetProperty("end").GetInt32())).Where(span => isKnown(span.Kind)).ToList();
            yield return new PersonalExample(row.RootElement.GetProperty("text").GetString()!,
                row.RootElement.TryGetProperty("member", out var member) ? member.GetString()! : "",
                $"{Path.GetFileName(path)}, {row.RootElement.GetProperty("source").GetString()}", spans, all.Count > 0);
        }
    }
}
