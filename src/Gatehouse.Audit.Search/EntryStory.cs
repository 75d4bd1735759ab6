using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>Entries as a story: message after message, from the log only.</summary>
public static class EntryStory
{
    /// <summary>Tells entries, oldest first.</summary>
    /// <param name="entries">The entries, oldest first.</param>
    public static IReadOnlyList<StoryStep> Of(IEnumerable<JsonElement> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var all = entries.ToList();
        var ended = all.Select(entry => new EntryFacts(entry)).Where(facts => facts.Kind == "ended").Select(facts => facts.Id)
            .ToHashSet(StringComparer.Ordinal);
        var begun = new Dictionary<string, IReadOnlyList<ShownField>>(StringComparer.Ordinal);
        List<StoryStep> steps = [];
        foreach (var entry in all)
        {
            var (facts, fields) = (new EntryFacts(entry), EntryFields.Of(entry));
            var same = facts.Kind == "ended" && begun.Remove(facts.Id, out var before) ? before : [];
            if (facts.Kind == "begun") begun[facts.Id] = fields;
            steps.Add(new StoryStep(entry, Sentence(facts, ended.Contains(facts.Id)), fields,
                [.. fields.Where(field => field.IsThere && field.Group is "who" or "what" && same.Contains(field)).Select(field => field.Name)]));
        }

        return steps;
    }

    private static string Sentence(EntryFacts facts, bool hasEnd)
    {
        if (facts.Kind == "control") return $"The gateway recorded {facts.Act ?? "an act"}.";
        var asked = $"{Who(facts)} asked {facts.Server ?? "no server"} for {What(facts)}";
        if (facts.Kind == "begun")
            return $"{asked}; the gateway permitted it{(hasEnd ? "." : ". There is no entry of its end: the call is under way, or the process ended.")}";
        return facts.Verdict switch
        {
            "deny" => $"{asked}; the gateway refused with {facts.Code}.",
            "permit" => $"{asked}; it was permitted and has ended.",
            _ => $"{asked}; nothing had to be decided, and it has ended.",
        };
    }

    private static string Who(EntryFacts facts) => facts.Person
        ?? (facts.HasSealedFacts ? "A caller whose facts are sealed" : "A caller without a verified token");

    private static string What(EntryFacts facts) =>
        (facts.Method ?? "an unknown method") + (facts.Tool is { } tool ? $" {tool}" : "") + (facts.Text("uri") is { } uri ? $" {uri}" : "");
}

/// <summary>An entry in a story.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Sentence">The entry in one sentence. It holds texts of callers.</param>
/// <param name="Fields">Every field, with its value or the text for its absence.</param>
/// <param name="Unchanged">Names of the fields of the end that are as at the beginning of the same exchange, which a reader has seen already.</param>
public sealed record StoryStep(JsonElement Entry, string Sentence, IReadOnlyList<ShownField> Fields, IReadOnlyList<string> Unchanged);
