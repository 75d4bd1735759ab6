using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>Entries as a story: message after message, from the log only.</summary>
public sealed class EntryStory
{
    // Calls that have no end yet. The fields of an end are compared with those of the beginning; beyond the bound all fields are printed.
    private const int MostBegun = 1000;

    private const string WithoutEnd = ". There is no entry of its end: the call is under way, or the process ended.";
    private const string EndIsLater = ". The entry of its end, if there is one, is in a later part.";

    private readonly Dictionary<string, IReadOnlyList<ShownField>> begun = new(StringComparer.Ordinal);

    /// <summary>Tells entries of a story that has no further ones.</summary>
    /// <param name="entries">The entries, oldest first.</param>
    public static IReadOnlyList<StoryStep> Of(IEnumerable<JsonElement> entries) => new EntryStory().Tell(entries, isLast: true);

    /// <summary>Tells the next part of a story.</summary>
    /// <param name="entries">The entries, oldest first, behind those of the parts before.</param>
    /// <param name="isLast">False where further entries may follow: the end of a call may be among them.</param>
    public IReadOnlyList<StoryStep> Tell(IEnumerable<JsonElement> entries, bool isLast)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var all = entries.ToList();
        var ended = all.Select(entry => new EntryFacts(entry)).Where(facts => facts.Kind == "ended").Select(facts => facts.Id)
            .ToHashSet(StringComparer.Ordinal);
        List<StoryStep> steps = [];
        foreach (var entry in all)
        {
            var (facts, fields) = (new EntryFacts(entry), EntryFields.Of(entry));
            var same = facts.Kind == "ended" && begun.Remove(facts.Id, out var before) ? before : [];
            if (facts.Kind == "begun" && begun.Count < MostBegun) begun[facts.Id] = fields;
            steps.Add(new StoryStep(entry, Sentence(facts, ended.Contains(facts.Id), isLast), fields,
                [.. fields.Where(field => field.IsThere && field.Group is "who" or "what" && same.Contains(field)).Select(field => field.Name)]));
        }

        return steps;
    }

    private static string Sentence(EntryFacts facts, bool hasEnd, bool isLast)
    {
        if (facts.Kind == "control") return Act(facts);
        var asked = $"{Who(facts)} asked {facts.Server ?? "no server"} for {What(facts)}";
        if (facts.Kind == "begun")
            return $"{asked}; the gateway permitted it{(hasEnd ? "." : isLast ? WithoutEnd : EndIsLater)}";
        return facts.Verdict switch
        {
            "deny" => $"{asked}; the gateway refused with {facts.Code}.",
            "permit" => $"{asked}; it was permitted and has ended.",
            _ => $"{asked}; nothing had to be decided, and it has ended.",
        };
    }

    private static string Act(EntryFacts facts) => $"The gateway recorded {facts.Act ?? "an act"}"
        + (facts.Actor is { } actor ? $" by {actor}" : "") + (facts.Concerns is { } concerned ? $" about {concerned}" : "")
        + (facts.Given("outcome") is { } outcome ? $": {outcome}" : "") + ".";

    private static string Who(EntryFacts facts) => facts.Actor
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
