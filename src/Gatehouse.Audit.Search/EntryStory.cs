using System.Text.Json;
using Gatehouse.Text;

namespace Gatehouse.Audit.Search;

/// <summary>Entries as a story: message after message, from the log only.</summary>
public sealed class EntryStory
{
    // Calls that have no end yet. The fields of an end are compared with those of the beginning; beyond the bound all fields are printed.
    private const int MostBegun = 1000;

    private const string WithoutEnd = ", and there is no entry of the end (the call is under way, the process ended, or the end is later than asked for)";
    private const string EndIsLater = ", and the entry of the end, if there is one, is in a later part";

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

    // The verdict comes before the first text of a caller, and each such text is in quotation marks: a caller chooses the name of a tool.
    private static string Sentence(EntryFacts facts, bool hasEnd, bool isLast)
    {
        if (facts.Kind == "control") return Act(facts);
        var asked = $"{Who(facts)} asked {(facts.Server is { } server ? VisibleText.Quoted(server) : "no server")} for {What(facts)}.";
        if (facts.Kind == "begun") return $"Permitted{(hasEnd ? "" : isLast ? WithoutEnd : EndIsLater)}: {asked}";
        return facts.Verdict switch
        {
            "deny" => $"Refused with {VisibleText.Escape(facts.Code!)}: {asked}",
            "permit" => $"Permitted, and ended: {asked}",
            _ => $"Nothing had to be decided, and ended: {asked}",
        };
    }

    private static string Act(EntryFacts facts) => $"The gateway recorded {VisibleText.Escape(facts.Act ?? "an act")}"
        + (facts.Given("outcome") is { } outcome ? $", {VisibleText.Escape(outcome)}" : "")
        + (facts.Actor is { } actor ? $", by {VisibleText.Quoted(actor)}" : "")
        + (facts.Concerns is { } concerned ? $", about {VisibleText.Quoted(concerned)}" : "") + ".";

    private static string Who(EntryFacts facts) => facts.Actor is { } actor ? VisibleText.Quoted(actor)
        : facts.HasSealedActor ? "a caller whose facts are sealed" : "a caller without a verified token";

    private static string What(EntryFacts facts) =>
        (facts.Method is { } method ? VisibleText.Quoted(method) : WithoutMessage(facts.Text("verb")))
        + (facts.Tool is { } tool ? $" {VisibleText.Quoted(tool)}" : "")
        + (facts.Text("uri") is { } uri ? $" {VisibleText.Quoted(uri)}" : "");

    // MCP 2025-11-25, transports: these two requests of HTTP have no message.
    private static string WithoutMessage(string? verb) => verb switch
    {
        "GET" => "a stream of its messages",
        "DELETE" => "the end of a session",
        _ => "an unknown method",
    };
}

/// <summary>An entry in a story.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Sentence">The entry in one sentence. Texts of callers in it are escaped, and in quotation marks.</param>
/// <param name="Fields">Every field, with its value or the text for its absence.</param>
/// <param name="Unchanged">Names of the fields of the end that are as at the beginning of the same exchange, which a reader has seen already.</param>
public sealed record StoryStep(JsonElement Entry, string Sentence, IReadOnlyList<ShownField> Fields, IReadOnlyList<string> Unchanged);
